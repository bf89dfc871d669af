import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BulkTally, type Counted, endOf, pendingOf, retally } from '../../../lib/bulk/tally.js';
import type { MessageStatus } from '../../../lib/messages/message.entity.js';

const EMPTY: BulkTally = {
  sentCount: 0,
  deliveredCount: 0,
  readCount: 0,
  failedCount: 0,
  unconfirmedCount: 0,
  failures: [],
};

const NOT_FAILED = ['pending', 'sending', 'unconfirmed', 'sent', 'delivered', 'read', 'played'] as const;
const PENDING: Counted = { status: 'pending', errorCode: null, errorMessage: null };
const SENT: Counted = { ...PENDING, status: 'sent' };

const failed = (errorCode: string | null, errorMessage = `words of ${errorCode}`): Counted => ({
  status: 'failed',
  errorCode,
  errorMessage,
});

/** A message in any state, failed in as many ways as there are codes. */
const anyMessage = (codes: number): fc.Arbitrary<Counted> =>
  fc.oneof(
    fc.constantFrom(...NOT_FAILED).map((status): Counted => ({ ...PENDING, status })),
    fc.nat({ max: codes - 1 }).map((code) => failed(code === 0 ? null : String(131_000 + code))),
  );

/** Changes of some messages at a time, by their places in the bulk send. */
function anyChanges(messages: number, codes: number) {
  const change = fc.tuple(fc.nat({ max: messages - 1 }), anyMessage(codes));
  const changes = fc.uniqueArray(change, { selector: ([place]) => place, maxLength: messages, size: 'max' });
  return fc.array(changes, { maxLength: 15 });
}

/** The counters after all changes, and the messages. */
function apply(count: number, changes: readonly (readonly (readonly [number, Counted])[])[]) {
  const messages = Array.from({ length: count }, () => PENDING);
  let tally = EMPTY;
  for (const change of changes) {
    const before = change.map(([place]) => messages[place] ?? PENDING);
    tally = retally(
      tally,
      before,
      change.map(([, message]) => message),
    );
    for (const [place, message] of change) messages[place] = message;
  }
  return { tally, messages };
}

const countOf = (messages: readonly Counted[], ...statuses: MessageStatus[]): number =>
  messages.filter(({ status }) => statuses.includes(status)).length;

function failuresOf(messages: readonly Counted[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { status, errorCode } of messages) {
    if (status === 'failed') counts.set(errorCode, (counts.get(errorCode) ?? 0) + 1);
  }
  return counts;
}

describe('the counters of a bulk send', () => {
  it('are a count of its messages, whatever their statuses', () => {
    fc.assert(
      fc.property(anyChanges(40, 5), (changes) => {
        const { tally, messages } = apply(40, changes);
        expect(tally).toMatchObject({
          sentCount: countOf(messages, 'sent', 'delivered', 'read', 'played'),
          deliveredCount: countOf(messages, 'delivered', 'read', 'played'),
          readCount: countOf(messages, 'read', 'played'),
          failedCount: countOf(messages, 'failed'),
          unconfirmedCount: countOf(messages, 'unconfirmed'),
        });
        expect(pendingOf({ ...tally, uniqueRecipients: 40 })).toBe(countOf(messages, 'pending', 'sending'));
        expect(new Map(tally.failures.map(({ code, count }) => [code, count]))).toEqual(failuresOf(messages));
      }),
    );
  });

  it('tell at most 50 errors apart, and count all failures even so', () => {
    fc.assert(
      fc.property(anyChanges(120, 90), (changes) => {
        const { tally, messages } = apply(120, changes);
        const counted = tally.failures.reduce((sum, { count }) => sum + count, 0);
        expect(counted).toBe(countOf(messages, 'failed'));
        expect(tally.failures.length).toBeLessThanOrEqual(51);
      }),
    );
    const many = Array.from({ length: 60 }, (_, index) => failed(String(index)));
    const { failures } = retally(
      EMPTY,
      many.map(() => PENDING),
      many,
    );
    expect(failures[0]).toEqual({ code: 'OTHER', message: null, count: 10 });
  });

  it('forget none of the errors that were counted together, once others are gone', () => {
    const many = Array.from({ length: 60 }, (_, index) => failed(String(index)));
    const distinct = many.slice(0, 50);
    const others = many.slice(50);
    const all = retally(
      EMPTY,
      many.map(() => PENDING),
      many,
    );
    const rest = retally(
      all,
      distinct,
      distinct.map(() => SENT),
    );
    expect(rest.failures).toEqual([{ code: 'OTHER', message: null, count: 10 }]);
    expect(
      retally(
        rest,
        others,
        others.map(() => SENT),
      ),
    ).toEqual({ ...EMPTY, sentCount: 60 });
  });

  it('name the most frequent error first, in the words that came with it first', () => {
    const after = [failed('1', 'one'), failed('2', 'two'), failed('2', 'two again')];
    expect(
      retally(
        EMPTY,
        after.map(() => PENDING),
        after,
      ).failures,
    ).toEqual([
      { code: '2', message: 'two', count: 2 },
      { code: '1', message: 'one', count: 1 },
    ]);
  });

  it('follow a message when its error changes', () => {
    const tally = retally(EMPTY, [PENDING], [failed('OUTCOME_UNKNOWN')]);
    expect(retally(tally, [failed('OUTCOME_UNKNOWN')], [failed('131026')])).toMatchObject({
      failedCount: 1,
      failures: [{ code: '131026', count: 1 }],
    });
  });
});

describe('the end of a bulk send', () => {
  it.each([
    ['COMPLETED when all were sent', { sentCount: 3 }, 'COMPLETED'],
    ['PARTIAL when some failed', { sentCount: 2, failedCount: 1 }, 'PARTIAL'],
    ['FAILED when all failed', { failedCount: 3 }, 'FAILED'],
    ['not there while one is pending', { sentCount: 1, failedCount: 1 }, undefined],
    ['not there while one is in doubt', { sentCount: 2, unconfirmedCount: 1 }, undefined],
  ])('is %s', (_, counts, end) => {
    expect(endOf({ ...EMPTY, uniqueRecipients: 3, ...counts })).toBe(end);
  });
});
