import { createHash, timingSafeEqual } from 'node:crypto';
import { WebhookHandshakeError } from './webhooks.errors.js';

/**
 * Answers Meta's question whether webhooks are taken here.
 *
 * @returns what to answer: the challenge, as `text/plain`
 * @throws WebhookHandshakeError
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
 */
export function answerHandshake(query: URLSearchParams, verifyToken: string | undefined): string {
  if (verifyToken === undefined) {
    throw new WebhookHandshakeError(
      'There is no verify token here: add webhook: { verifyToken: process.env.WHATSAPP_VERIFY_TOKEN } to the options of WhatsAppModule.',
    );
  }
  const isSubscribe = query.get('hub.mode') === 'subscribe';
  if (!isSubscribe || !isSameText(query.get('hub.verify_token') ?? '', verifyToken)) {
    throw new WebhookHandshakeError();
  }
  return query.get('hub.challenge') ?? '';
}

/** Takes the same time however many characters are right. */
function isSameText(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
