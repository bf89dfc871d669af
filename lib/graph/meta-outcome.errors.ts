import { WhatsAppError } from '../errors.js';

// Neither error keeps the one underneath as its cause: undici's may hold the request, and so the access token.

/**
 * Meta did not get the request: there was no connection, or it was given up before it was written. For a `GET`, also any
 * answer that cannot be read. In both cases nothing was sent or changed at Meta, and the request can be made again.
 *
 * @publicApi
 */
export class MetaUnreachableError extends WhatsAppError {
  /** What happened to the call. */
  readonly reason: GraphFailureReason;
  /** Code of the system's or undici's error, such as `ECONNREFUSED` or `ENOTFOUND`. */
  readonly systemCode: string | undefined;
  /** HTTP status of an answer that could not be read; undefined where none came. */
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
 *
 * @publicApi
 */
export class OutcomeUnknownError extends WhatsAppError {
  /** What happened to the call. */
  readonly reason: GraphFailureReason;
  /** Code of the system's or undici's error, such as `ECONNRESET` or `UND_ERR_SOCKET`. */
  readonly systemCode: string | undefined;
  /** HTTP status of an answer that could not be read; undefined where none came. */
  readonly httpStatus: number | undefined;

  constructor(failure: GraphFailure) {
    super('OUTCOME_UNKNOWN', `Meta may have carried out the request, but did not answer: ${describeFailure(failure)}.`);
    this.reason = failure.reason;
    this.systemCode = failure.systemCode;
    this.httpStatus = failure.httpStatus;
  }
}

/**
 * Why a request got no answer that can be read.
 *
 * - `connection`: Meta could not be connected to, or the connection broke
 * - `timeout`: connecting, or the whole answer, took longer than allowed
 * - `aborted`: the caller's signal
 * - `deadline`: the caller's deadline passed before the request was written
 * - `closed`: the application is shutting down
 * - `answer`: an answer came that is neither JSON nor an error of Meta's, or is too large
 *
 * @publicApi
 */
export type GraphFailureReason = 'connection' | 'timeout' | 'aborted' | 'deadline' | 'closed' | 'answer';

/** What is known about a failed request; nothing of the request itself, which carries the access token. */
export interface GraphFailure {
  readonly reason: GraphFailureReason;
  /** Code of the system's or undici's error, such as `ECONNREFUSED` or `UND_ERR_CONNECT_TIMEOUT`. */
  readonly systemCode?: string | undefined;
  /** HTTP status, where there was one. */
  readonly httpStatus?: number | undefined;
}

const SENTENCES: Record<GraphFailureReason, string> = {
  connection: 'the connection failed',
  timeout: 'the time allowed ran out',
  aborted: 'the caller gave up',
  deadline: "the caller's deadline had passed",
  closed: 'the application is shutting down',
  answer: 'the answer could not be read',
};

/** Says in words what went wrong, such as `the connection failed (ECONNREFUSED)`. */
function describeFailure({ reason, systemCode, httpStatus }: GraphFailure): string {
  const known = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, systemCode].filter(Boolean).join(', ');
  return known === '' ? SENTENCES[reason] : `${SENTENCES[reason]} (${known})`;
}
