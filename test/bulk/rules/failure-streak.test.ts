import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureStreak, type MessageOutcome } from '../../../lib/bulk/send/outcome-writer.js';
const at = new Date();
const NONE = { streak: 0, streakCode: null };

const failed = (errorCode: string | null, errorMessage = `words of ${errorCode}`): MessageOutcome => ({
  kind: 'failed',
  failure: { errorCode, errorMessage, errorDetails: null, errorTraceId: null },
  at,
  mayPassAt: null,
});
const SENT: MessageOutcome = {
  kind: 'sent',
  acceptance: { wamid: 'wamid.1', waId: null, messageStatus: null },
  at,
};
const RETRY: MessageOutcome = { kind: 'retry', at: null, counts: true };
const UNKNOWN: MessageOutcome = { kind: 'unknown' };

describe('a streak of failures', () => {
  it.each([
    ['begins with the first', NONE, [failed('100')], 1, '100'],
    ['grows with the same error', NONE, [failed('100'), failed('100'), failed('100')], 3, '100'],
    ['goes on from what was stored', { streak: 7, streakCode: '100' }, [failed('100')], 8, '100'],
    ['stays where nothing came', { streak: 7, streakCode: '100' }, [], 7, '100'],
    ['starts again with another error', { streak: 7, streakCode: '100' }, [failed('131026')], 1, '131026'],
    ['ends with a message that went out', { streak: 7, streakCode: '100' }, [failed('100'), SENT], 0, null],
    ['starts again after one', NONE, [failed('100'), SENT, failed('100')], 1, '100'],
    ['is not touched by what is tried again', NONE, [failed('100'), RETRY, failed('100')], 2, '100'],
    ['is not touched by an unknown outcome', NONE, [failed('100'), UNKNOWN, failed('100')], 2, '100'],
    ['is one also of errors without a code', NONE, [failed(null), failed(null)], 2, null],
  ])('%s', (_, before, outcomes, length, code) => {
    expect(failureStreak(before, outcomes)).toMatchObject({ length, code });
  });

  it('has the message that came last', () => {
    expect(failureStreak(NONE, [failed('100', 'first'), failed('100', 'last')]).message).toBe('last');
  });

  it('is the same whether outcomes come at once or in parts', () => {
    const outcome = fc.constantFrom(failed('100'), failed('131026'), SENT, RETRY, UNKNOWN);
    fc.assert(
      fc.property(fc.array(outcome), fc.array(outcome), (first, second) => {
        const { length, code } = failureStreak(NONE, first);
        const inParts = failureStreak({ streak: length, streakCode: code }, second);
        const atOnce = failureStreak(NONE, [...first, ...second]);
        expect([inParts.length, inParts.code]).toEqual([atOnce.length, atOnce.code]);
      }),
    );
  });
});
