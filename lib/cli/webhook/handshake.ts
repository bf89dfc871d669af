import { randomInt } from 'node:crypto';
import { causeOf } from '../../foreign-errors.js';

const TIMEOUT_MS = 10_000;

/** How an app answered Meta's first request. */
export type Handshake =
  | { readonly isVerified: true }
  /** `problem` goes on after the address. */
  | { readonly isVerified: false; readonly isRefused: boolean; readonly problem: string };

/**
 * Makes the request by which Meta verifies an address: `GET` with a challenge, which comes back where the verify token is right.
 * @see https://developers.facebook.com/docs/graph-api/webhooks/getting-started
 */
export async function verifyWebhook(address: string, verifyToken: string): Promise<Handshake> {
  if (!URL.canParse(address)) return failed('is no URL.');
  const url = new URL(address);
  const challenge = String(randomInt(1e9));
  url.searchParams.set('hub.mode', 'subscribe');
  url.searchParams.set('hub.challenge', challenge);
  url.searchParams.set('hub.verify_token', verifyToken);
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.text();
    if (answer.status === 200 && text.trim() === challenge) return { isVerified: true };
    if (answer.status === 401 || answer.status === 403) {
      return { isVerified: false, isRefused: true, problem: `refuses the verify token (HTTP ${answer.status}).` };
    }
    return failed(
      answer.status === 200 ? 'answers, but not with the challenge.' : `answers with HTTP ${answer.status}.`,
    );
  } catch (error) {
    return failed(`does not answer: ${causeOf(error)}.`);
  }
}

const failed = (problem: string): Handshake => ({ isVerified: false, isRefused: false, problem });
