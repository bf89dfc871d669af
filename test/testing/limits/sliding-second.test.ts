import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlidingSecond } from '../../../lib/testing/limits/limits.js';

/** Admits as many as the limit lets through. */
function admit(arrivals: readonly number[], limit: number): { admitted: number[]; busiest: number } {
  const second = new SlidingSecond();
  const admitted = arrivals.filter((time) => {
    if (second.busiestWith(time) > limit) return false;
    second.add(time);
    return true;
  });
  return { admitted, busiest: second.busiest };
}

/** The most of these times in any 1,000 ms, counted one second after the other. */
function mostInOneSecond(times: readonly number[]): number {
  return Math.max(0, ...times.map((start) => times.filter((time) => time >= start && time < start + 1_000).length));
}

const quarters = (max: number) => fc.nat({ max: 4 * max }).map((quarter) => quarter / 4);

describe('a sliding second', () => {
  it.each([
    { arrivals: [], limit: 2, admitted: [], busiest: 0 },
    { arrivals: [0, 0, 0], limit: 2, admitted: [0, 0], busiest: 2 },
    { arrivals: [0, 500, 999, 1_000, 1_499, 1_500], limit: 2, admitted: [0, 500, 1_000, 1_500], busiest: 2 },
    { arrivals: [0, 999.9, 999.95, 1_000], limit: 2, admitted: [0, 999.9, 1_000], busiest: 2 },
    // Neither of two neighbouring whole seconds is full, but the one across them is.
    { arrivals: [800, 900, 1_100, 1_200], limit: 3, admitted: [800, 900, 1_100], busiest: 3 },
    // The body of the last one took longer than those of later arrivals: too many in a second that ends after it.
    { arrivals: [0, 1_500, 1_600, 700], limit: 2, admitted: [0, 1_500, 1_600], busiest: 2 },
    { arrivals: [0, 1_500, 1_600, 600], limit: 2, admitted: [0, 1_500, 1_600, 600], busiest: 2 },
    { arrivals: [0, 1, 2], limit: Infinity, admitted: [0, 1, 2], busiest: 3 },
    { arrivals: [0, 1_000], limit: 0, admitted: [], busiest: 0 },
  ])('takes of $arrivals with a limit of $limit: $admitted', ({ arrivals, limit, admitted, busiest }) => {
    expect(admit(arrivals, limit)).toEqual({ admitted, busiest });
  });

  it('admits and counts what a plain count of every second says', () => {
    const step = fc.record({ gap: quarters(300), late: fc.oneof(fc.constant(0), quarters(1_500)) });
    const steps = fc.array(step, { maxLength: 60, size: 'max' });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (given, limit) => {
        let clock = 10_000;
        const arrivals = given.map(({ gap, late }) => (clock += gap) - late);
        const expected: number[] = [];
        for (const time of arrivals) if (mostInOneSecond([...expected, time]) <= limit) expected.push(time);
        expect(admit(arrivals, limit)).toEqual({ admitted: expected, busiest: mostInOneSecond(expected) });
      }),
    );
  });

  it('counts on when it has forgotten what is long over', () => {
    const arrivals = Array.from({ length: 60_000 }, (_, index) => index / 2);
    expect(admit(arrivals, 2_000)).toEqual({ admitted: arrivals, busiest: 2_000 });
    expect(admit(arrivals, 1_999).admitted).toHaveLength(30 * 1_999);
  });
});
