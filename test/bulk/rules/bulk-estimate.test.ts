import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateMinutes } from '../../../lib/bulk/forecast.js';

const HOUR = 60 * 60_000;

describe('the estimate of a bulk send', () => {
  it.each([
    // messages, pace, wait, minutes
    [3, 76, 0, 0.1],
    [0, 76, 0, 0.1],
    [76 * 60, 76, 0, 1],
    [76 * 90, 76, 0, 1.5],
    [100_000, 76, 0, 21.9],
    [1_000_000, 950, 0, 17.5],
    [76 * 60, 76, HOUR, 61],
    [0, 76, 24 * HOUR, 1_440],
    [10, 1, 0, 0.2],
  ])('of %i messages at %f a second that wait %i ms is %f minutes', (messages, pace, wait, minutes) => {
    expect(estimateMinutes(messages, pace, wait)).toBe(minutes);
  });

  it('has one decimal, is never below 0.1, and never less for more messages or a longer wait', () => {
    const count = fc.nat({ max: 1_000_000 });
    const pace = fc.integer({ min: 1, max: 1_000 });
    fc.assert(
      fc.property(count, count, pace, fc.nat({ max: HOUR }), (one, more, perSecond, wait) => {
        const minutes = estimateMinutes(one, perSecond, wait);
        expect(minutes).toBeGreaterThanOrEqual(0.1);
        expect(String(minutes)).toMatch(/^\d+(?:\.\d)?$/);
        expect(estimateMinutes(one + more, perSecond, wait)).toBeGreaterThanOrEqual(minutes);
        expect(estimateMinutes(one, perSecond, wait + more)).toBeGreaterThanOrEqual(minutes);
      }),
    );
  });
});
