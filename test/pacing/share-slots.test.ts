import { describe, expect, it } from 'vitest';
import { shareSlots } from '../../lib/pacing/ledger.pacer.js';

describe('slots', () => {
  it.each([
    {
      slots: [1, 2, 3, 4, 5, 6],
      counts: [100, 100, 100],
      shares: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    },
    { slots: [1, 2, 3, 4, 5, 6], counts: [1, 100, 2], shares: [[1], [2, 4, 6], [3, 5]] },
    { slots: [1, 2], counts: [5, 5, 5], shares: [[1], [2]] },
    { slots: [1, 2, 3, 4], counts: [1, 2], shares: [[1], [2, 3]] },
    { slots: [], counts: [1], shares: [] },
    { slots: [1], counts: [], shares: [] },
  ])('$slots are dealt to those who want $counts as $shares', ({ slots, counts, shares }) => {
    expect([
      ...shareSlots(
        slots,
        counts.map((count) => ({ count })),
      ).values(),
    ]).toEqual(shares);
  });
});
