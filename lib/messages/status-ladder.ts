import { types } from 'node:util';
import type { MessageEntity } from './message.entity.js';
import { type Failure, NO_FAILURE } from './message-store.js';

/** Where a message stands, as its row has it. */
export type Standing = Pick<
  MessageEntity,
  'status' | 'sentAt' | 'deliveredAt' | 'readAt' | 'playedAt' | 'failedAt' | keyof Failure
>;

/** What Meta tells of a message, with Meta's time of it. */
export type ToldStatus =
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
] as const satisfies readonly (keyof Standing)[];

const TOLD_OF: ReadonlySet<Standing['status']> = new Set<Standing['status']>([
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
]);

/** In this order each status of a message that goes well is news, and a failure that is overruled is none. */
const ORDER = ['sent', 'delivered', 'read', 'played', 'failed'] as const satisfies readonly ToldStatus['status'][];

/**
 * Where a message stands once Meta has told one more thing of it. Whatever was told, in whatever order and however often,
 * it ends in the same: `sent` < `failed` < `delivered` < `read` < `played`, for what has arrived did not fail. Each time
 * is the earliest that was told of it; that of sending is the earliest of all. Of several failures the first one stays.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status
 */
export function climb(standing: Standing, told: ToldStatus): Standing {
  const reached = {
    sentAt: earliest(standing.sentAt, told.at),
    deliveredAt: told.status === 'delivered' ? earliest(standing.deliveredAt, told.at) : standing.deliveredAt,
    readAt: told.status === 'read' ? earliest(standing.readAt, told.at) : standing.readAt,
    playedAt: told.status === 'played' ? earliest(standing.playedAt, told.at) : standing.playedAt,
  };
  const status = furthest(reached);
  if (status !== undefined) return { ...reached, ...NO_FAILURE, status, failedAt: null };
  const failures = [...failureToldOf(standing), ...(told.status === 'failed' ? [failureIn(told)] : [])];
  const [first] = failures.toSorted(byTimeAndText);
  if (first) return { ...reached, ...first, status: 'failed' };
  return { ...reached, ...NO_FAILURE, status: 'sent', failedAt: null };
}

/** The columns of the ladder, and no others. */
export function standingOf(row: Standing): Standing {
  const { status, sentAt, deliveredAt, readAt, playedAt, failedAt } = row;
  const { errorCode, errorMessage, errorDetails, errorTraceId } = row;
  const failure = { errorCode, errorMessage, errorDetails, errorTraceId };
  return { status, sentAt, deliveredAt, readAt, playedAt, failedAt, ...failure };
}

/** Whether Meta is known to have taken the message; before that, a failure is this module's word or Meta's refusal. */
export const isTaken = ({ sentAt }: Pick<Standing, 'sentAt'>): boolean => sentAt !== null;

/** Whether it stands where a message stands whose call is over. */
export const isToldOf = ({ status }: Pick<Standing, 'status'>): boolean => TOLD_OF.has(status);

export function isSame(one: Standing, other: Standing): boolean {
  return COLUMNS.every((column) => valueOf(one[column]) === valueOf(other[column]));
}

/** Sorts what was told of one message, for `isNews`. */
export const inOrder = (one: ToldStatus, other: ToldStatus): number =>
  ORDER.indexOf(one.status) - ORDER.indexOf(other.status) || one.at.getTime() - other.at.getTime();

/** Whether a step was not known before; of `sent` the row cannot tell, for Meta's answer said the same. */
export function isNews(told: ToldStatus, before: Standing): boolean {
  switch (told.status) {
    case 'delivered':
      return before.deliveredAt === null;
    case 'read':
      return before.readAt === null;
    case 'played':
      return before.playedAt === null;
    default:
      return furthest(before) === undefined && failureToldOf(before).length === 0;
  }
}

function furthest({ playedAt, readAt, deliveredAt }: Partial<Standing>): Standing['status'] | undefined {
  if (playedAt) return 'played';
  if (readAt) return 'read';
  return deliveredAt ? 'delivered' : undefined;
}

type FailureAt = Failure & Pick<Standing, 'failedAt'>;

/** A failure that came after Meta took the message. Others were mistaken, once Meta tells anything of it. */
function failureToldOf(standing: Standing): FailureAt[] {
  if (standing.status !== 'failed' || !isTaken(standing)) return [];
  const { failedAt, errorCode, errorMessage, errorDetails, errorTraceId } = standing;
  return [{ failedAt, errorCode, errorMessage, errorDetails, errorTraceId }];
}

const failureIn = ({ at, failure }: Extract<ToldStatus, { status: 'failed' }>): FailureAt => ({
  ...failure,
  failedAt: at,
});

function byTimeAndText(one: FailureAt, other: FailureAt): number {
  return Number(one.failedAt) - Number(other.failedAt) || (textOf(one) < textOf(other) ? -1 : 1);
}

const textOf = ({ errorCode, errorMessage, errorDetails, errorTraceId }: Failure): string =>
  JSON.stringify([errorCode, errorMessage, errorDetails, errorTraceId]);

const valueOf = (value: Date | string | null): number | string | null =>
  types.isDate(value) ? value.getTime() : value;

const earliest = (known: Date | null, told: Date): Date => (known && known <= told ? known : told);
