import type { Console } from '../http/types.js';
import type { Json } from './json.js';
import { addressOf } from './router.js';

/** What the console's API refused, or that it could not be reached. */
export class ApiError extends Error {
  constructor(
    /** HTTP; 0 when there was no answer. */
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Readonly<Record<string, readonly string[]>> = {},
  ) {
    super(message);
  }
}

/** Called when a session has ended, whatever was asked for. */
export const signedOut = new EventTarget();

interface CallOptions {
  readonly body?: object;
  readonly query?: URLSearchParams;
  readonly signal?: AbortSignal;
  /** What is asked for twice with the same key happens once. */
  readonly key?: string;
}

/** Asks the console's API. @throws ApiError */
export async function call<Answer>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, query, signal, key }: CallOptions = {},
): Promise<Answer> {
  const response = await fetch(addressOf(`api/${path}`, query), {
    method,
    signal: signal ?? null,
    // The header is what pages of other sites cannot send.
    headers: {
      'X-WhatsApp-Console': '1',
      ...(body && { 'Content-Type': 'application/json' }),
      ...(key !== undefined && { 'Idempotency-Key': key }),
    },
    ...(body && { body: JSON.stringify(body) }),
  }).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'OFFLINE', '');
  });
  const text = await response.text();
  const answer: unknown = readJson(text);
  // oxlint-disable-next-line no-unsafe-type-assertion -- the server's own tests hold its answers against these types
  if (response.ok) return answer as Answer;
  throw refusalOf(response.status, answer);
}

function readJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refusalOf(status: number, answer: unknown): ApiError {
  const { error, code, details }: Partial<Json<Console.ErrorAnswer>> = Object(answer);
  const refusal = new ApiError(status, code ?? 'UNREADABLE', error ?? '', details);
  if (refusal.code === 'SIGN_IN_REQUIRED') signedOut.dispatchEvent(new Event('ended'));
  return refusal;
}
