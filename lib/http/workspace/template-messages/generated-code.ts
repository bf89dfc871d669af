import { createHmac, randomBytes } from 'node:crypto';
import type { IdempotencyInput } from '../../../idempotency/idempotency-key.js';
import { codeSaltOf } from '../../../messages/pending-content.js';
import type { MessageEntity } from '../../../messages/message.entity.js';

const DIGITS = 6;

/** A one-time code that was made here. */
export interface GeneratedCode {
  readonly code: string;
  /** Kept with the message, where the request may be repeated. */
  readonly codeSalt: string | undefined;
}

/**
 * Makes a one-time code. A request that may be repeated must be answered with the same code, which is not stored: it is made of
 * random bytes, which are, and of the client's idempotency key, of which only a hash is.
 */
export function generateCode(idempotency: IdempotencyInput | undefined): GeneratedCode {
  const salt = randomBytes(32).toString('base64url');
  return { code: codeOf(salt, idempotency), codeSalt: idempotency && salt };
}

/** The code that a message was sent with: also when an earlier request of the same key sent it. */
export function sentCode(
  { code, codeSalt }: GeneratedCode,
  message: MessageEntity,
  idempotency: IdempotencyInput | undefined,
): string | null {
  if (codeSalt === undefined) return code;
  const salt = codeSaltOf(message);
  return salt === undefined ? null : codeOf(salt, idempotency);
}

/** Of 2^48 the remainder prefers no code by more than a billionth. */
function codeOf(salt: string, idempotency: IdempotencyInput | undefined): string {
  const bytes = createHmac('sha256', salt)
    .update(idempotency?.key ?? '')
    .digest();
  return String(bytes.readUIntBE(0, 6) % 10 ** DIGITS).padStart(DIGITS, '0');
}
