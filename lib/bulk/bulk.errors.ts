import { ConflictError, ValidationError, WhatsAppError } from '../errors.js';
import type { BulkQuota } from './bulk-send.js';

/**
 * The messaging limit does not suffice, and the caller wants no send that waits for it.
 *
 * @publicApi
 */
export class QuotaExceededError extends ValidationError {
  constructor(
    /** What was needed, and what is left. */
    readonly quota: BulkQuota,
  ) {
    const message =
      `The send needs ${quota.needed} of the messaging limit, of which ${quota.available ?? 0} are available now. ` +
      "Send to fewer, or with onQuotaExceeded 'defer'.";
    super([{ path: 'recipients', message }], 'QUOTA_EXCEEDED', message);
  }
}

/**
 * More recipients than the caller may give at once; none was stored.
 *
 * @publicApi
 */
export class TooManyRecipientsError extends WhatsAppError {
  constructor(
    /** The most recipients that are taken. */
    readonly most: number,
  ) {
    super('TOO_MANY_RECIPIENTS', `There are more than ${most} recipients. Split them over several bulk sends.`);
  }
}

/**
 * The present state of the bulk send does not allow it.
 *
 * @publicApi
 */
export class BulkSendStateError extends ConflictError {
  constructor(message: string) {
    super('BULK_SEND_STATE', message);
  }
}

/**
 * Recipients, or what is sent to them, are wrong; none was stored.
 *
 * @publicApi
 */
export class BulkValidationError extends ValidationError {
  constructor(
    problems: ValidationError['problems'],
    /** How many problems there are beyond those named. */
    readonly furtherProblems: number,
  ) {
    super(problems);
  }
}
