import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateLimitDelay } from '../../lib/messages/messaging-limits.js';

describe('the wait for places', () => {
  it.each<[number, number, number, number | null | undefined, number, string]>([
    // needed, limit, used, leaver, days, what
    [0, 10, 10, undefined, 0, 'nobody needs one'],
    [3, 10, 7, undefined, 0, 'as many as there are'],
    [4, 10, 7, 0, 0, 'one more waits for the oldest to leave'],
    [10, 10, 7, 6, 0, 'a full turn waits for the youngest to leave'],
    [11, 10, 7, null, 1, 'then the first of our own leave, a day from now'],
    [13, 10, 7, null, 1, '… all of them'],
    [14, 10, 7, 0, 1, 'and a day later who took the place of the oldest'],
    [23, 10, 7, null, 2, 'the second turn ends after two days'],
    [11, 10, 0, null, 1, 'with all free, one over the limit waits a day'],
    [20, 10, 0, null, 1, '… as do all of the second turn'],
    [21, 10, 0, null, 2, 'the third turn waits two'],
    [1, 10, 10, 0, 0, 'with none free, the first waits for the oldest'],
    [10, 10, 10, 9, 0, '… and the tenth for the youngest'],
    [11, 10, 10, 0, 1, '… and the eleventh for who took the place of the oldest'],
    [1, 10, 14, 4, 0, 'after a lower limit, as many as are over must leave first'],
    [11, 10, 14, 4, 1, '… and the turns go by the lower limit'],
    [0, 10, 14, undefined, 0, '… which concerns no one who needs none'],
  ])('for %i people, with a limit of %i and %i used: %s/%s days, for %s', (needed, limit, used, leaver, days) => {
    expect(estimateLimitDelay({ limit, used }, needed)).toEqual(leaver === undefined ? null : { leaver, days });
  });

  it('never ends where the limit is no one', () => {
    expect(estimateLimitDelay({ limit: 0, used: 0 }, 1)).toEqual({ leaver: null, days: Infinity });
  });

  it('is what comes of sending to one after the other as soon as there is a place', () => {
    const day = 1_000;
    const scene = fc.record({
      limit: fc.integer({ min: 1, max: 12 }),
      leavesIn: fc.array(fc.integer({ min: 1, max: day }), { maxLength: 16 }),
      needed: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(scene, ({ limit, leavesIn, needed }) => {
        const leaving = leavesIn.toSorted((one, other) => one - other);
        const wait = estimateLimitDelay({ limit, used: leaving.length }, needed);
        const ms = wait === null ? 0 : (wait.leaver === null ? 0 : (leaving[wait.leaver] ?? NaN)) + wait.days * day;
        expect(ms).toBe(sendOneByOne(limit, leaving, needed, day));
      }),
    );
  });
});

/** When the last of `needed` people gets a place, by sending to each at the first moment that has one. */
function sendOneByOne(limit: number, leaving: readonly number[], needed: number, day: number): number {
  const places = [...leaving];
  let now = 0;
  for (let sent = 0; sent < needed; sent += 1) {
    for (;;) {
      const taken = places.filter((leavesAt) => leavesAt > now);
      if (taken.length < limit) break;
      now = Math.min(...taken);
    }
    places.push(now + day);
  }
  return now;
}
