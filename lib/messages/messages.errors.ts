import { ConflictError, RateLimitedError, WhatsAppError } from '../errors.js';

/**
 * Meta never answered: the message may have been sent, and is not sent again by itself.
 *
 * @publicApi
 */
export class SendOutcomeUnknownError extends WhatsAppError {
  constructor(
    /** Row id under which the message can be looked up later. */
    override readonly messageId: number,
    options?: ErrorOptions,
  ) {
    super(
      'OUTCOME_UNKNOWN',
      `Meta did not report the outcome of message ${messageId}. It is not sent again; look it up later.`,
      options,
    );
  }
}

/**
 * Meta gives no answers for this phone number at present: the message was not sent, and can be in `retryAfter` seconds.
 *
 * @publicApi
 */
export class MetaUnavailableError extends RateLimitedError {
  constructor(why: string, retryAfter: number) {
    super(`${why} The message was not sent; try again in ${retryAfter} s.`, retryAfter, {}, 'META_UNAVAILABLE');
  }
}

/**
 * The request was answered before, and its recipient erased since: what was in the answer is gone.
 *
 * @publicApi
 */
export class MessageErasedError extends ConflictError {
  constructor() {
    super(
      'MESSAGE_ERASED',
      'The message of this Idempotency-Key went out, and its recipient was erased since. Use a new key for a new request.',
    );
  }
}

/**
 * The template exists but Meta would refuse it: only approved ones can be sent.
 *
 * @publicApi
 */
export class TemplateNotApprovedError extends ConflictError {
  constructor(
    template: string,
    /** What Meta says of it: `PENDING`, `REJECTED`, `PAUSED` … */
    readonly status: string,
  ) {
    super('TEMPLATE_NOT_APPROVED', `Template "${template}" is ${status}; only an APPROVED one can be sent.`);
  }
}
