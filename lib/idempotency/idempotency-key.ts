import { createHash, createHmac } from 'node:crypto';

/** How long a key is kept after the request that made it, in ms. */
export const IDEMPOTENCY_KEY_LIFETIME = 24 * 60 * 60 * 1000;

/** A client's word for "this request once". */
export interface IdempotencyInput {
  /** The client's key: 1 to 255 characters. */
  readonly key: string;
  /** Whose key it is and of which call: an API key with method and path, say. The same key elsewhere is another one. */
  readonly scope: string;
  /** What was asked for; another body under the same key is refused. */
  readonly body: unknown;
}

/** What is stored of a key, in the row that it made. */
export interface StoredIdempotencyKey {
  readonly idempotencyKey: string;
  readonly idempotencyFingerprint: string;
}

/** Hashes a key for storage; neither the key nor the body can be read back from it. */
export function hashIdempotencyKey({ key, scope, body }: IdempotencyInput): StoredIdempotencyKey {
  return {
    idempotencyKey: createHash('sha256')
      .update(JSON.stringify([scope, key]))
      .digest('hex'),
    // Keyed with the client's key, which is not stored: a six-digit code in the body could be guessed from a bare hash.
    idempotencyFingerprint: createHmac('sha256', key).update(canonicalJson(body)).digest('hex'),
  };
}

/** The same text for the same value, whatever the order of its keys. */
function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_, nested: unknown) =>
      nested !== null && typeof nested === 'object' && !Array.isArray(nested)
        ? Object.fromEntries(Object.entries(nested).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : nested,
    ) ?? ''
  );
}
