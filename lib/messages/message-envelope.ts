import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { ValidationProblem } from '../errors.js';
import type { IdempotencyInput } from './idempotency-key.js';
import { isIdentifier } from '../identifier.js';

/**
 * What every message takes besides its content.
 *
 * @publicApi
 */
export interface MessageEnvelope extends InWorkspace {
  /**
   * The recipient: a number with country code, such as `+5491112345678`, or Meta's business-scoped user id, such as
   * `US.13491208655302741918`.
   */
  readonly to: string;
  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
  /** The wamid of the message that this one replies to; WhatsApp shows it above. A reaction takes none. */
  readonly replyTo?: string;
  /**
   * Makes Meta deliver the message only while the recipient has the identity of this hash, which a webhook reported; else it fails
   * later, with 137000.
   */
  readonly recipientIdentityKeyHash?: string;
  /**
   * A key of your own: a call that is repeated with it answers again instead of sending again, for 24 hours. An object
   * keeps keys of several callers apart.
   */
  readonly idempotency?: string | IdempotencyInput;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
}

/** What is wrong with the words that name the sending number and the message replied to. */
export function checkEnvelope(envelope: CheckedFields): ValidationProblem[] {
  const {
    phoneNumberId,
    replyTo,
    recipientIdentityKeyHash: hash,
  }: { readonly [Field in keyof typeof envelope]: unknown } = envelope;
  const problems: ValidationProblem[] = [];
  if (phoneNumberId !== undefined && !isIdentifier(phoneNumberId, 64)) {
    problems.push({ path: 'phoneNumberId', message: 'must be Meta’s id of a phone number, in a string.' });
  }
  if (replyTo !== undefined && !isIdentifier(replyTo, 255)) {
    problems.push({ path: 'replyTo', message: 'must be the wamid of a message.' });
  }
  if (hash !== undefined && !isIdentifier(hash, 255)) {
    problems.push({
      path: 'recipientIdentityKeyHash',
      message: 'must be the hash that a webhook reported for the recipient.',
    });
  }
  return problems;
}

type CheckedFields = Pick<MessageEnvelope, 'phoneNumberId' | 'replyTo' | 'recipientIdentityKeyHash'>;

/** Returns the envelope fields that go next to the content in Meta's payload. */
export const payloadOf = ({
  recipientIdentityKeyHash: hash,
}: Pick<MessageEnvelope, 'recipientIdentityKeyHash'>): object =>
  hash === undefined ? {} : { recipient_identity_key_hash: hash };
