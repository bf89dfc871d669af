import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageStatus } from '../../lib/messages/message.entity.js';
import { NO_FAILURE, OUTCOME_UNKNOWN_FAILURE } from '../../lib/messages/message-failure.js';
import {
  applyStatus,
  inOrder,
  isNews,
  isOver,
  isSame,
  type StatusFields,
  statusFieldsOf,
  type ReportedStatus,
  wasAccepted,
} from '../../lib/messages/status-ladder.js';

const at = (second: number): Date => new Date(1_790_000_000_000 + second * 1_000);

const failure = (errorCode: string, errorMessage = `words of ${errorCode}`) => ({
  ...NO_FAILURE,
  errorCode,
  errorMessage,
});

const reported = (status: ReportedStatus['status'], second: number, code = '131026'): ReportedStatus =>
  status === 'failed' ? { status, at: at(second), failure: failure(code) } : { status, at: at(second) };

const fields = (status: MessageStatus, rest: Partial<StatusFields> = {}): StatusFields => ({
  ...NO_FAILURE,
  sentAt: null,
  deliveredAt: null,
  readAt: null,
  playedAt: null,
  failedAt: null,
  ...rest,
  status,
});

const after = (before: StatusFields, ...all: readonly ReportedStatus[]): StatusFields =>
  all.reduce(applyStatus, before);

const SENDING = fields('sending');
const SENT = fields('sent', { sentAt: at(1) });
const DELIVERED = fields('delivered', { sentAt: at(1), deliveredAt: at(2) });
const READ = fields('read', { sentAt: at(1), deliveredAt: at(2), readAt: at(3) });
const PLAYED = fields('played', { sentAt: at(1), playedAt: at(4) });
const REFUSED = fields('failed', { ...failure('131009'), failedAt: at(1) });
const GIVEN_UP = fields('failed', { ...OUTCOME_UNKNOWN_FAILURE, failedAt: at(1) });
const FAILED = fields('failed', { ...failure('131026'), sentAt: at(1), failedAt: at(2) });

/** Every state that a message of ours may have when Meta reports a status of it. */
const standings: readonly (readonly [name: string, before: StatusFields])[] = [
  ['pending', fields('pending')],
  ['sending', SENDING],
  ['unconfirmed', fields('unconfirmed')],
  ['sent', SENT],
  ['delivered', DELIVERED],
  ['read', READ],
  ['played', PLAYED],
  ['refused', REFUSED],
  ['given up', GIVEN_UP],
  ['failed', FAILED],
];

/** What the host hears of statuses that come together. */
const newsOf = (before: StatusFields, ...all: readonly ReportedStatus[]): ReportedStatus['status'][] => {
  let now = before;
  return all.toSorted(inOrder).flatMap((one) => {
    const isNew = isNews(one, now);
    now = applyStatus(now, one);
    return isNew ? [one.status] : [];
  });
};

describe('the status ladder', () => {
  it.each<readonly [string, StatusFields, ReportedStatus['status'], MessageStatus]>([
    ['sending', SENDING, 'sent', 'sent'],
    ['sending', SENDING, 'delivered', 'delivered'],
    ['sending', SENDING, 'failed', 'failed'],
    ['unconfirmed', fields('unconfirmed'), 'sent', 'sent'],
    ['unconfirmed', fields('unconfirmed'), 'read', 'read'],
    ['unconfirmed', fields('unconfirmed'), 'failed', 'failed'],
    ['given up', GIVEN_UP, 'sent', 'sent'],
    ['given up', GIVEN_UP, 'failed', 'failed'],
    ['refused', REFUSED, 'delivered', 'delivered'],
    ['sent', SENT, 'sent', 'sent'],
    ['sent', SENT, 'delivered', 'delivered'],
    ['sent', SENT, 'read', 'read'],
    ['sent', SENT, 'played', 'played'],
    ['sent', SENT, 'failed', 'failed'],
    ['delivered', DELIVERED, 'sent', 'delivered'],
    ['delivered', DELIVERED, 'read', 'read'],
    ['delivered', DELIVERED, 'failed', 'delivered'],
    ['read', READ, 'sent', 'read'],
    ['read', READ, 'delivered', 'read'],
    ['read', READ, 'played', 'played'],
    ['read', READ, 'failed', 'read'],
    ['played', PLAYED, 'read', 'played'],
    ['played', PLAYED, 'failed', 'played'],
    ['failed', FAILED, 'sent', 'failed'],
    ['failed', FAILED, 'failed', 'failed'],
    ['failed', FAILED, 'delivered', 'delivered'],
    ['failed', FAILED, 'read', 'read'],
  ])('of a message that is %s: %s %s makes %s', (_, before, status, expected) => {
    expect(applyStatus(before, reported(status, 9)).status).toBe(expected);
  });

  it('keeps each time, the earliest that was reported, and for sending the earliest of all', () => {
    const all = [
      reported('read', 7),
      reported('delivered', 5),
      reported('sent', 3),
      reported('delivered', 4),
      reported('read', 8),
    ];
    expect(after(SENDING, ...all)).toEqual(
      fields('read', { sentAt: at(3), deliveredAt: at(4), readAt: at(7), playedAt: null }),
    );
    expect(after(SENDING, reported('read', 7))).toEqual(fields('read', { sentAt: at(7), readAt: at(7) }));
    expect(applyStatus(SENT, reported('sent', 0)).sentAt).toEqual(at(0));
    expect(applyStatus(SENT, reported('sent', 5)).sentAt).toEqual(at(1));
  });

  it('forgets a failure of a message that arrived, and keeps the first of several', () => {
    expect(after(SENT, reported('failed', 3), reported('delivered', 2))).toEqual(DELIVERED);
    expect(after(SENT, reported('failed', 5, '131049'), reported('failed', 4, '131026'))).toEqual(
      fields('failed', { ...failure('131026'), sentAt: at(1), failedAt: at(4) }),
    );
  });

  it('keeps the same one of two failures of one moment, whichever came first', () => {
    const one = reported('failed', 4, '131026');
    const other = reported('failed', 4, '131049');
    const kept = fields('failed', { ...failure('131026'), sentAt: at(1), failedAt: at(4) });
    expect(after(SENT, one, other)).toEqual(kept);
    expect(after(SENT, other, one)).toEqual(kept);
  });

  it('does not take an error of the call for one that Meta reported later', () => {
    for (const before of [REFUSED, GIVEN_UP]) {
      expect(applyStatus(before, reported('sent', 3))).toEqual(fields('sent', { sentAt: at(3) }));
      expect(applyStatus(before, reported('failed', 3))).toEqual(
        fields('failed', { ...failure('131026'), sentAt: at(3), failedAt: at(3) }),
      );
    }
  });

  const anyReported = fc
    .tuple(
      fc.constantFrom<ReportedStatus['status']>('sent', 'delivered', 'read', 'played', 'failed'),
      fc.nat({ max: 9 }),
      fc.constantFrom('131026', '131049'),
    )
    .map(([status, second, code]) => reported(status, second, code));

  it.each(standings)('ends in the same whatever the order and however often: from %s', (_, before) => {
    const anyRun = fc
      .array(anyReported, { minLength: 1, maxLength: 7 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray([...all, ...all], { minLength: 0 }),
          fc.shuffledSubarray(all, { minLength: all.length }),
        ),
      );
    fc.assert(
      fc.property(anyRun, ([all, doubles, shuffled]) => {
        const once = after(before, ...all);
        expect(after(before, ...shuffled, ...doubles)).toEqual(once);
        expect(isSame(once, after(once, ...doubles))).toBe(true);
      }),
    );
  });

  it('tells each step of a message that goes well once, and no failure that is overruled', () => {
    expect(
      newsOf(SENDING, reported('read', 3), reported('sent', 1), reported('read', 3), reported('delivered', 2)),
    ).toEqual(['sent', 'delivered', 'read']);
    expect(newsOf(READ, reported('sent', 1), reported('delivered', 2), reported('read', 3))).toEqual([]);
    expect(newsOf(fields('read', { sentAt: at(1), readAt: at(3) }), reported('delivered', 2))).toEqual(['delivered']);
    expect(newsOf(SENT, reported('failed', 1), reported('delivered', 2))).toEqual(['delivered']);
    expect(newsOf(SENT, reported('failed', 1), reported('failed', 2))).toEqual(['failed']);
    expect(newsOf(FAILED, reported('sent', 1), reported('failed', 2))).toEqual([]);
  });

  it('reports once that a voice message was played', () => {
    expect(newsOf(SENT, reported('played', 4), reported('played', 5), reported('read', 3))).toEqual(['read', 'played']);
    expect(newsOf(PLAYED, reported('played', 4))).toEqual([]);
  });

  it('sorts what comes together by step, then by time, so that of failures the first is the news', () => {
    const inSteps = [
      reported('sent', 5),
      reported('delivered', 4),
      reported('read', 3),
      reported('played', 2),
      reported('failed', 0),
      reported('failed', 1),
    ];
    expect(inSteps.toSorted(inOrder)).toEqual(inSteps);
    expect(inSteps.toReversed().toSorted(inOrder)).toEqual(inSteps);
  });
});

describe('the status fields of a message', () => {
  it.each<readonly [MessageStatus, boolean]>([
    ['pending', false],
    ['sending', false],
    ['unconfirmed', false],
    ['sent', true],
    ['delivered', true],
    ['read', true],
    ['played', true],
    ['failed', true],
  ])('that are %s: whether the call is over is %s', (status, expected) => {
    expect(isOver(fields(status))).toBe(expected);
  });

  it('say that Meta took a message by its time of sending, whatever became of it', () => {
    expect([SENT, READ, FAILED].map(wasAccepted)).toEqual([true, true, true]);
    expect([SENDING, REFUSED, GIVEN_UP].map(wasAccepted)).toEqual([false, false, false]);
  });

  it('are the same when no column differs, and not when any one does', () => {
    const times = { sentAt: at(1), deliveredAt: at(2), readAt: at(3), playedAt: at(4), failedAt: at(5) };
    const words = { errorCode: '131026', errorMessage: 'Words.', errorDetails: 'Details.', errorTraceId: 'Trace' };
    const all = fields('failed', { ...times, ...words });
    expect(isSame(all, structuredClone(all))).toBe(true);
    expect(isSame(all, { ...all, readAt: at(9) })).toBe(false);
    const columns = Object.keys(all);
    expect(columns.filter((column) => isSame(all, { ...all, [column]: null }))).toEqual([]);
    expect(columns).toHaveLength(10);
  });

  it('are taken from a row without its other columns', () => {
    const row = { ...FAILED, id: 7, recipientPhone: '491701234567' };
    expect(statusFieldsOf(row)).toEqual(FAILED);
  });
});
