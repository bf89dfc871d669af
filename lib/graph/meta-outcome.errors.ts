import { WhatsAppError } from '../errors.js';
import { describeFailure, type GraphFailure, type GraphFailureReason } from './graph-failure.js';

// Neither error keeps the one underneath as its cause: undici's may hold the request, and so the access token.

/**
 * Meta did not get the request: there was no connection, or it was given up before it was written. For a `GET`, also any
 * answer that cannot be read. In both cases nothing was sent or changed at Meta, and the request can be made again.
 */
export class MetaUnreachableError extends WhatsAppError {
  readonly reason: GraphFailureReason;
  /** Code of the system's or undici's error, such as `ECONNREFUSED` or `ENOTFOUND`. */
  readonly systemCode: string | undefined;
  readonly httpStatus: number | undefined;

  constructor(failure: GraphFailure) {
    super('META_UNREACHABLE', `Meta was not reached: ${describeFailure(failure)}. Nothing was sent or changed there.`);
    this.reason = failure.reason;
    this.systemCode = failure.systemCode;
    this.httpStatus = failure.httpStatus;
  }
}

/**
 * The request was written, at least in part, and Meta never answered: it may have been carried out.
 * This is the only error of the Graph API client after which a message may have gone out; making the request again could
 * send it twice.
 */
export class OutcomeUnknownError extends WhatsAppError {
  readonly reason: GraphFailureReason;
  /** Code of the system's or undici's error, such as `ECONNRESET` or `UND_ERR_SOCKET`. */
  readonly systemCode: string | undefined;
  readonly httpStatus: number | undefined;

  constructor(failure: GraphFailure) {
    super('OUTCOME_UNKNOWN', `Meta may have carried out the request, but did not answer: ${describeFailure(failure)}.`);
    this.reason = failure.reason;
    this.systemCode = failure.systemCode;
    this.httpStatus = failure.httpStatus;
  }
}
