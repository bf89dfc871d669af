import { createHash, createHmac, type Hmac } from 'node:crypto';
import { ValidationError, ConflictError } from '../errors.js';

/**
 * How long a key is kept after the request that made it, in ms.
 *
 * @publicApi
 */
export const IDEMPOTENCY_KEY_LIFETIME = 24 * 60 * 60 * 1000;

/**
 * A client's word for "this request once".
 *
 * @publicApi
 */
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
export function hashIdempotencyKey(input: IdempotencyInput): StoredIdempotencyKey {
  return { idempotencyKey: idOfKey(input), idempotencyFingerprint: new IdempotencyFingerprint(input).digest() };
}

/** What a key is stored as. */
export function idOfKey({ key, scope }: IdempotencyInput): string {
  return createHash('sha256')
    .update(JSON.stringify([scope, key]))
    .digest('hex');
}

/** The fingerprint of a body, of which more may come in pieces. */
export class IdempotencyFingerprint {
  readonly #hmac: Hmac;

  constructor({ key, body }: IdempotencyInput) {
    // Keyed with the client's key, which is not stored: a six-digit code in the body could be guessed from a bare hash.
    this.#hmac = createHmac('sha256', key).update(canonicalJson(body));
  }

  /** A further piece of the body. */
  add(piece: unknown): void {
    this.#hmac.update(`\n${canonicalJson(piece)}`);
  }

  digest(): string {
    return this.#hmac.digest('hex');
  }
}

/** @throws ValidationError when a caller's key is no key */
export function assertIdempotencyKey({ key }: IdempotencyInput): void {
  if (typeof key === 'string' && key.length >= 1 && key.length <= 255) return;
  throw new ValidationError([{ path: 'idempotency.key', message: 'must be 1 to 255 characters.' }]);
}

/** A bare key of a service's caller belongs to the workspace, and to what was asked for. */
export function idempotencyInput(
  given: string | IdempotencyInput | undefined,
  { workspace, call, body }: { readonly workspace: string; readonly call: string; readonly body: unknown },
): IdempotencyInput | undefined {
  if (typeof given !== 'string') return given;
  return { key: given, scope: JSON.stringify([workspace, call]), body };
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

/**
 * The idempotency key was used for another body, or its first request is still running.
 *
 * @publicApi
 */
export class IdempotencyConflictError extends ConflictError {
  constructor(reason: 'another-body' | 'still-running') {
    super(
      'IDEMPOTENCY_CONFLICT',
      reason === 'another-body'
        ? 'This Idempotency-Key was used with another body. Use a new key for a new request.'
        : 'The first request with this Idempotency-Key is still running. Ask again in a moment.',
    );
  }
}
