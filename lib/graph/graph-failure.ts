/**
 * Why a request got no answer that can be read.
 *
 * - `connection`: Meta could not be connected to, or the connection broke
 * - `timeout`: connecting, or the whole answer, took longer than allowed
 * - `aborted`: the caller's signal
 * - `deadline`: the caller's deadline passed before the request was written
 * - `closed`: the application is shutting down
 * - `answer`: an answer came that is neither JSON nor an error of Meta's, or is too large
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
export function describeFailure({ reason, systemCode, httpStatus }: GraphFailure): string {
  const known = [httpStatus === undefined ? undefined : `HTTP ${httpStatus}`, systemCode].filter(Boolean).join(', ');
  return known === '' ? SENTENCES[reason] : `${SENTENCES[reason]} (${known})`;
}
