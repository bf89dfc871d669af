import { expect, it } from 'vitest';
import { messagingLimitOf } from '../../lib/messages/portfolio.js';

it.each([
  ['TIER_50', 50],
  ['TIER_250', 250],
  ['TIER_1K', 1_000],
  ['TIER_2K', 2_000],
  ['TIER_10K', 10_000],
  ['TIER_100K', 100_000],
  ['TIER_UNLIMITED', null],
  ['TIER_NOT_SET', null],
  ['TIER_5M', null],
  ['', null],
  [null, null],
])('%s lets a portfolio message %s people a day', (tier, limit) => {
  expect(messagingLimitOf(tier)).toBe(limit);
});
