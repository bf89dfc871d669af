import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairDelay, retryDelay } from '../../../lib/graph/reactions.js';

describe('the wait before another try', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [5, 32_000],
    [6, 60_000],
    [50, 60_000],
  ])('after %i tries is at least %i ms, and up to half as long again', (tries, least) => {
    expect(retryDelay(tries, () => 0)).toBe(least);
    expect(retryDelay(tries, () => 0.999_999)).toBeCloseTo(1.5 * least, -1);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (random) => {
        expect(retryDelay(tries, () => random)).toBeGreaterThanOrEqual(least);
        expect(retryDelay(tries, () => random)).toBeLessThanOrEqual(1.5 * least);
      }),
    );
  });

  it('is not the same for all', () => {
    expect(new Set(Array.from({ length: 20 }, () => retryDelay(0))).size).toBeGreaterThan(1);
  });

  it('is 4^n seconds after the pair rate limit', () => {
    expect([0, 1, 2, 3, 4].map(pairDelay)).toEqual([1_000, 4_000, 16_000, 64_000, 256_000]);
  });
});
