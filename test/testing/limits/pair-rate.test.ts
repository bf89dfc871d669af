import { expect, it } from 'vitest';
import { PairRate } from '../../../lib/testing/limits/limits.js';

const times = (count: number, at: number) => Array.from({ length: count }, () => at);

it.each([
  { sends: [], asked: 0, wait: 0 },
  { sends: [0], asked: 6_000, wait: 0 },
  { sends: [0, 6_000, 12_000], asked: 18_000, wait: 0 },
  // The second one came early, and the third one waits for it.
  { sends: [0, 5_999], asked: 6_000, wait: 6_000 },
  { sends: [0, 5_999], asked: 12_000, wait: 0 },
  { sends: times(20, 0), asked: 5_999, wait: 0 },
  { sends: times(20, 0), asked: 6_000, wait: 114_000 },
  { sends: times(20, 0), asked: 120_000, wait: 0 },
  { sends: times(44, 0), asked: 0, wait: 0 },
  { sends: times(45, 0), asked: 0, wait: 270_000 },
  { sends: times(45, 0), asked: 269_999, wait: 1 },
  { sends: times(45, 0), asked: 270_000, wait: 0 },
  { sends: [...times(45, 0), ...times(45, 270_000)], asked: 270_001, wait: 269_999 },
])('After $sends.length messages to a user the next one waits for $wait ms at $asked ms', ({ sends, asked, wait }) => {
  const pairs = new PairRate();
  for (const time of sends) {
    expect(pairs.waitFor('user', time)).toBe(0);
    pairs.count('user', time);
  }
  expect(pairs.waitFor('user', asked)).toBe(wait);
  expect(pairs.waitFor('another', asked)).toBe(0);
});
