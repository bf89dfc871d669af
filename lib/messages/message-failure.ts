import { truncateForColumn } from '../store/columns.js';
import { RateLimitedError, WhatsAppError } from '../errors.js';
import { messageOf } from '../foreign-errors.js';
import { MetaApiError, type MetaRefusal, rateLimitOf } from '../graph/meta-api.error.js';
import type { FailedOutcome } from '../graph/graph-outcome.js';
import { isErased } from './message-changes.js';
import type { MessageEntity } from './message.entity.js';
import { MessageErasedError, SendOutcomeUnknownError } from './messages.errors.js';

/** Characters of an error that are worth keeping. */
const LONGEST_TEXT = 5_000;

/** What a row keeps of the error that kept it from being sent. */
export function failureOf(error: unknown): Failure {
  if (error instanceof MetaApiError) {
    const { metaCode: code, metaMessage: message, details, fbtraceId } = error;
    return failureOfMeta({ code, message, details, fbtraceId });
  }
  const errorCode = error instanceof WhatsAppError ? error.code : 'NOT_SENT';
  return {
    errorCode,
    errorMessage: truncateForColumn(messageOf(error), LONGEST_TEXT),
    errorDetails: null,
    errorTraceId: null,
  };
}

/** What a row keeps of an error object of Meta's. */
export function failureOfMeta({
  code,
  message,
  details,
  fbtraceId,
}: Pick<MetaRefusal, 'code' | 'message' | 'details' | 'fbtraceId'>): Failure {
  return {
    errorCode: code === null ? null : String(code),
    errorMessage: truncateForColumn(message, LONGEST_TEXT),
    errorDetails: truncateForColumn(details ?? null, LONGEST_TEXT),
    errorTraceId: truncateForColumn(fbtraceId ?? null, 64),
  };
}

/** The error that the caller of a send gets: with the row, and a rate limit of Meta's with the time to wait. */
export function errorForCaller(row: MessageEntity, { kind, error }: FailedOutcome): unknown {
  if (kind === 'unknown') return new SendOutcomeUnknownError(row.id, { cause: error });
  const known = error instanceof MetaApiError ? rateLimitOr(error) : error;
  if (known instanceof WhatsAppError) known.messageId = row.id;
  return known;
}

function rateLimitOr(error: MetaApiError): WhatsAppError {
  const retryAfter = rateLimitOf(error);
  return retryAfter === undefined ? error : new RateLimitedError(error.message, retryAfter, { cause: error });
}

/** The same answer again, made from the row: the row itself when it was sent, else the error it ended in. */
export function replayAnswer(row: MessageEntity): MessageEntity {
  if (row.status === 'unconfirmed' || row.errorCode === OUTCOME_UNKNOWN) throw new SendOutcomeUnknownError(row.id);
  // A failure that came after Meta took the message was not the answer to the first request.
  if (row.status !== 'failed' || row.sentAt !== null) {
    if (isErased(row)) throw new MessageErasedError();
    return row;
  }
  const error = new MetaApiError(
    {
      code: Number(row.errorCode),
      message: row.errorMessage ?? '',
      details: row.errorDetails ?? undefined,
      fbtraceId: row.errorTraceId ?? undefined,
      isTransient: false,
    },
    { httpStatus: 400 },
  );
  throw errorForCaller(row, { kind: 'refused', error });
}

/** Why a message failed, in Meta's words or this module's. */
export type Failure = Pick<MessageEntity, 'errorCode' | 'errorMessage' | 'errorDetails' | 'errorTraceId'>;

/** Error code of a message that waited for proof and got none. */
export const OUTCOME_UNKNOWN = 'OUTCOME_UNKNOWN';

/** The failure of a message that waited for proof and got none. */
export const OUTCOME_UNKNOWN_FAILURE: Failure = {
  errorCode: OUTCOME_UNKNOWN,
  errorMessage: 'Meta never confirmed that it accepted the message.',
  errorDetails: null,
  errorTraceId: null,
};

/** What a row says that did not fail. */
export const NO_FAILURE: Failure = { errorCode: null, errorMessage: null, errorDetails: null, errorTraceId: null };
