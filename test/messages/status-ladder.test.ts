import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageStatus } from '../../lib/messages/message.entity.js';
import { NO_FAILURE, OUTCOME_UNKNOWN_FAILURE } from '../../lib/messages/message-failure.js';
import {
  applyStatus,
  inOrder,
  isNews,
  isSame,
  type StatusFields,
  type ReportedStatus,
} from '../../lib/messages/status-ladder.js';

const at = (second: number): Date => new Date(1_790_000_000_000 + second * 1_000);

const failure = (errorCode: string, errorMessage = `words of ${errorCode}`) => ({
  ...NO_FAILURE,
  errorCode,
  errorMessage,
});

const told = (status: ReportedStatus['status'], second: number, code = '131026'): ReportedStatus =>
  status === 'failed' ? { status, at: at(second), failure: failure(code) } : { status, at: at(second) };

const standing = (status: MessageStatus, rest: Partial<StatusFields> = {}): StatusFields => ({
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

const SENDING = standing('sending');
const SENT = standing('sent', { sentAt: at(1) });
const DELIVERED = standing('delivered', { sentAt: at(1), deliveredAt: at(2) });
const READ = standing('read', { sentAt: at(1), deliveredAt: at(2), readAt: at(3) });
const PLAYED = standing('played', { sentAt: at(1), playedAt: at(4) });
const REFUSED = standing('failed', { ...failure('131009'), failedAt: at(1) });
const GIVEN_UP = standing('failed', { ...OUTCOME_UNKNOWN_FAILURE, failedAt: at(1) });
const FAILED = standing('failed', { ...failure('131026'), sentAt: at(1), failedAt: at(2) });

/** Every standing that a message of ours may have when Meta tells of it. */
const standings: readonly (readonly [name: string, before: StatusFields])[] = [
  ['pending', standing('pending')],
  ['sending', SENDING],
  ['unconfirmed', standing('unconfirmed')],
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
    ['unconfirmed', standing('unconfirmed'), 'sent', 'sent'],
    ['unconfirmed', standing('unconfirmed'), 'read', 'read'],
    ['unconfirmed', standing('unconfirmed'), 'failed', 'failed'],
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
    expect(applyStatus(before, told(status, 9)).status).toBe(expected);
  });

  it('keeps each time, the earliest that was told, and for sending the earliest of all', () => {
    const all = [told('read', 7), told('delivered', 5), told('sent', 3), told('delivered', 4), told('read', 8)];
    expect(after(SENDING, ...all)).toEqual(
      standing('read', { sentAt: at(3), deliveredAt: at(4), readAt: at(7), playedAt: null }),
    );
    expect(after(SENDING, told('read', 7))).toEqual(standing('read', { sentAt: at(7), readAt: at(7) }));
    expect(applyStatus(SENT, told('sent', 0)).sentAt).toEqual(at(0));
    expect(applyStatus(SENT, told('sent', 5)).sentAt).toEqual(at(1));
  });

  it('forgets a failure of a message that arrived, and keeps the first of several', () => {
    expect(after(SENT, told('failed', 3), told('delivered', 2))).toEqual(DELIVERED);
    expect(after(SENT, told('failed', 5, '131049'), told('failed', 4, '131026'))).toEqual(
      standing('failed', { ...failure('131026'), sentAt: at(1), failedAt: at(4) }),
    );
  });

  it('does not take an error of the call for one that Meta told later', () => {
    for (const before of [REFUSED, GIVEN_UP]) {
      expect(applyStatus(before, told('sent', 3))).toEqual(standing('sent', { sentAt: at(3) }));
      expect(applyStatus(before, told('failed', 3))).toEqual(
        standing('failed', { ...failure('131026'), sentAt: at(3), failedAt: at(3) }),
      );
    }
  });

  const anyTold = fc
    .tuple(
      fc.constantFrom<ReportedStatus['status']>('sent', 'delivered', 'read', 'played', 'failed'),
      fc.nat({ max: 9 }),
      fc.constantFrom('131026', '131049'),
    )
    .map(([status, second, code]) => told(status, second, code));

  it.each(standings)('ends in the same whatever the order and however often: from %s', (_, before) => {
    const anyRun = fc
      .array(anyTold, { minLength: 1, maxLength: 7 })
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
    expect(newsOf(SENDING, told('read', 3), told('sent', 1), told('read', 3), told('delivered', 2))).toEqual([
      'sent',
      'delivered',
      'read',
    ]);
    expect(newsOf(READ, told('sent', 1), told('delivered', 2), told('read', 3))).toEqual([]);
    expect(newsOf(standing('read', { sentAt: at(1), readAt: at(3) }), told('delivered', 2))).toEqual(['delivered']);
    expect(newsOf(SENT, told('failed', 1), told('delivered', 2))).toEqual(['delivered']);
    expect(newsOf(SENT, told('failed', 1), told('failed', 2))).toEqual(['failed']);
    expect(newsOf(FAILED, told('sent', 1), told('failed', 2))).toEqual([]);
  });
});
