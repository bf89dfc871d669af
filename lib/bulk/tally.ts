import type { MessageEntity, MessageStatus } from '../messages/message.entity.js';
import type { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkFailure, BulkSendStatus } from './bulk-send.js';

/** The counters of a bulk send, as its row holds them. */
export type BulkTally = Pick<
  BulkSendEntity,
  'sentCount' | 'deliveredCount' | 'readCount' | 'failedCount' | 'unconfirmedCount'
> & { readonly failures: readonly BulkFailure[] };

/** The counters of a bulk send none of whose messages was sent or failed. */
export const NOTHING_COUNTED: BulkTally = {
  sentCount: 0,
  deliveredCount: 0,
  readCount: 0,
  failedCount: 0,
  unconfirmedCount: 0,
  failures: [],
};

/** The counters alone. */
export function tallyOf(bulkSend: BulkTally): BulkTally {
  const { sentCount, deliveredCount, readCount, failedCount, unconfirmedCount, failures } = bulkSend;
  return { sentCount, deliveredCount, readCount, failedCount, unconfirmedCount, failures };
}

/** What of a message counts. */
export type Counted = Pick<MessageEntity, 'status' | 'errorCode' | 'errorMessage'>;

/** Errors that are counted one by one. */
const MAX_FAILURES = 50;

/** The code of all failures beyond those. */
const OTHER = 'OTHER';

const COUNTED_AS: Readonly<Record<Exclude<keyof BulkTally, 'failures'>, readonly MessageStatus[]>> = {
  sentCount: ['sent', 'delivered', 'read', 'played'],
  deliveredCount: ['delivered', 'read', 'played'],
  readCount: ['read', 'played'],
  failedCount: ['failed'],
  unconfirmedCount: ['unconfirmed'],
};

/** The counters after messages changed. */
export function retally(tally: BulkTally, before: readonly Counted[], after: readonly Counted[]): BulkTally {
  const count = (counter: keyof typeof COUNTED_AS) =>
    tally[counter] + countOf(after, COUNTED_AS[counter]) - countOf(before, COUNTED_AS[counter]);
  return {
    sentCount: count('sentCount'),
    deliveredCount: count('deliveredCount'),
    readCount: count('readCount'),
    failedCount: count('failedCount'),
    unconfirmedCount: count('unconfirmedCount'),
    failures: recount(tally.failures, before, after),
  };
}

const countOf = (messages: readonly Counted[], statuses: readonly MessageStatus[]): number =>
  messages.filter(({ status }) => statuses.includes(status)).length;

function recount(
  failures: readonly BulkFailure[],
  before: readonly Counted[],
  after: readonly Counted[],
): readonly BulkFailure[] {
  const counts = new Map(failures.map((failure) => [failure.code, { ...failure }]));
  const add = (message: Counted, difference: number) => {
    if (message.status !== 'failed') return;
    // Once errors are thrown together, an unknown one may be among them: it is taken out where it was put in.
    const isKnown = counts.has(message.errorCode) || (!counts.has(OTHER) && counts.size < MAX_FAILURES);
    const code = isKnown ? message.errorCode : OTHER;
    const known = counts.get(code) ?? { code, message: isKnown ? message.errorMessage : null, count: 0 };
    counts.set(code, { ...known, count: known.count + difference });
  };
  for (const message of after) add(message, 1);
  for (const message of before) add(message, -1);
  return [...counts.values()].filter(({ count }) => count > 0).toSorted(byFrequency);
}

/** Those of the same count by their code, in whatever order they came. */
const byFrequency = (one: BulkFailure, other: BulkFailure): number =>
  other.count - one.count || String(one.code).localeCompare(String(other.code));

/** Messages that wait or are on their way. */
export function pendingOf(bulkSend: BulkTally & Pick<BulkSendEntity, 'uniqueRecipients'>): number {
  const { uniqueRecipients, sentCount, failedCount, unconfirmedCount } = bulkSend;
  return uniqueRecipients - sentCount - failedCount - unconfirmedCount;
}

/** How a bulk send has ended, once nothing of it is pending or in doubt; undefined before. */
export function endOf(
  bulkSend: BulkTally & Pick<BulkSendEntity, 'uniqueRecipients' | 'unconfirmedCount'>,
): BulkSendStatus | undefined {
  if (pendingOf(bulkSend) > 0 || bulkSend.unconfirmedCount > 0) return undefined;
  if (bulkSend.failedCount === 0) return 'COMPLETED';
  return bulkSend.sentCount > 0 ? 'PARTIAL' : 'FAILED';
}
