import { types } from 'node:util';
import type { MessageEntity } from './message.entity.js';
import { type Failure, NO_FAILURE } from './message-failure.js';

/** The status of a message, as its row has it. */
export type StatusFields = Pick<
  MessageEntity,
  'status' | 'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt' | 'failedAt' | keyof Failure
>;

/** What Meta reports of a message, with Meta's time of it. */
export type ReportedStatus =
  | { readonly status: 'sent' | 'delivered' | 'read' | 'played'; readonly at: Date }
  | { readonly status: 'failed'; readonly at: Date; readonly failure: Failure };

const COLUMNS = [
  'status',
  'sentAt',
  'deliveredAt',
  'readAt',
  'playedAt',
  'failedAt',
  'errorCode',
  'errorMessage',
  'errorDetails',
  'errorTraceId',
] as const satisfies readonly (keyof StatusFields)[];

const OVER: ReadonlySet<StatusFields['status']> = new Set<StatusFields['status']>([
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
]);

/** In this order each status of a message that goes well is news, and a failure that is overruled is not. */
const ORDER = ['sent', 'delivered', 'read', 'played', 'failed'] as const satisfies readonly ReportedStatus['status'][];

/**
 * The status of a message once Meta has reported one more thing of it. Whatever was reported, in whatever order and however often,
 * it ends in the same: `sent` < `failed` < `delivered` < `read` < `played`, for what has arrived did not fail. Each time
 * is the earliest that was reported of it; that of sending is the earliest of all. Of several failures the first one stays.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function applyStatus(current: StatusFields, reported: ReportedStatus): StatusFields {
  const reached = {
    sentAt: earliest(current.sentAt, reported.at),
    deliveredAt: reported.status === 'delivered' ? earliest(current.deliveredAt, reported.at) : current.deliveredAt,
    readAt: reported.status === 'read' ? earliest(current.readAt, reported.at) : current.readAt,
    playedAt: reported.status === 'played' ? earliest(current.playedAt, reported.at) : current.playedAt,
  };
  const status = furthest(reached);
  if (status !== undefined) return { ...reached, ...NO_FAILURE, status, failedAt: null };
  const failures = [...reportedFailure(current), ...(reported.status === 'failed' ? [failureIn(reported)] : [])];
  const [first] = failures.toSorted(byTimeAndText);
  if (first) return { ...reached, ...first, status: 'failed' };
  return { ...reached, ...NO_FAILURE, status: 'sent', failedAt: null };
}

/** The columns of the ladder, and no others. */
export function statusFieldsOf(row: StatusFields): StatusFields {
  const { status, sentAt, deliveredAt, readAt, playedAt, failedAt } = row;
  const { errorCode, errorMessage, errorDetails, errorTraceId } = row;
  const failure = { errorCode, errorMessage, errorDetails, errorTraceId };
  return { status, sentAt, deliveredAt, readAt, playedAt, failedAt, ...failure };
}

/** Whether Meta is known to have taken the message; before that, a failure is this module's word or Meta's refusal. */
export const wasAccepted = ({ sentAt }: Pick<StatusFields, 'sentAt'>): boolean => sentAt !== null;

/** Whether the call of the message is over. */
export const isOver = ({ status }: Pick<StatusFields, 'status'>): boolean => OVER.has(status);

export function isSame(one: StatusFields, other: StatusFields): boolean {
  return COLUMNS.every((column) => valueOf(one[column]) === valueOf(other[column]));
}

/** Sorts what was reported of one message, for `isNews`. */
export const inOrder = (one: ReportedStatus, other: ReportedStatus): number =>
  ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || one.at.getTime() - other.at.getTime();

/** Whether a step was not known before; for `sent` the row cannot say, for Meta's answer said the same. */
export function isNews(reported: ReportedStatus, before: StatusFields): boolean {
  switch (reported.status) {
    case 'delivered':
      return before.deliveredAt === null;
    case 'read':
      return before.readAt === null;
    case 'played':
      return before.playedAt === null;
    default:
      return furthest(before) === undefined && reportedFailure(before).length === 0;
  }
}

function furthest({ playedAt, readAt, deliveredAt }: Partial<StatusFields>): StatusFields['status'] | undefined {
  if (playedAt) return 'played';
  if (readAt) return 'read';
  return deliveredAt ? 'delivered' : undefined;
}

type FailureAt = Failure & Pick<StatusFields, 'failedAt'>;

/** A failure that came after Meta took the message. Others were mistaken, once Meta reports anything of it. */
function reportedFailure(current: StatusFields): FailureAt[] {
  if (current.status !== 'failed' || !wasAccepted(current)) return [];
  const { failedAt, errorCode, errorMessage, errorDetails, errorTraceId } = current;
  return [{ failedAt, errorCode, errorMessage, errorDetails, errorTraceId }];
}

const failureIn = ({ at, failure }: Extract<ReportedStatus, { status: 'failed' }>): FailureAt => ({
  ...failure,
  failedAt: at,
});

function byTimeAndText(one: FailureAt, other: FailureAt): number {
  return Number(one.failedAt) - Number(other.failedAt) || (failureKey(one) < failureKey(other) ? -1 : 1);
}

const failureKey = ({ errorCode, errorMessage, errorDetails, errorTraceId }: Failure): string =>
  JSON.stringify([errorCode, errorMessage, errorDetails, errorTraceId]);

const valueOf = (value: Date | string | null): number | string | null =>
  types.isDate(value) ? value.getTime() : value;

const earliest = (known: Date | null, reported: Date): Date => (known && known <= reported ? known : reported);
