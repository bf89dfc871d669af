import { ConflictError } from '../errors.js';

/** Why nothing, or no marketing, is sent to a person. */
export type Refusal = 'OPTED_OUT' | 'BLOCKED';

const REASONS: Readonly<Record<Refusal, string>> = {
  OPTED_OUT: 'The person wants no marketing messages. Send them none until they want some again.',
  BLOCKED: 'The person is blocked. Unblock them to send to them again.',
};

export const reasonOf = (refusal: Refusal): string => REASONS[refusal];

/** A person to whom the message must not be sent; Meta was not asked. */
export class RecipientRefusedError extends ConflictError {
  constructor(readonly refusal: Refusal) {
    super(`RECIPIENT_${refusal}`, reasonOf(refusal));
  }
}
