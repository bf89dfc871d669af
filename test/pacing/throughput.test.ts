import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { throughputOf } from '../../lib/pacing/pace-rules.js';

describe('the throughput of a phone number', () => {
  it.each([
    { throughputLevel: 'STANDARD', isOnBizApp: false, throughput: 80 },
    { throughputLevel: 'HIGH', isOnBizApp: false, throughput: 1_000 },
    { throughputLevel: 'NOT_APPLICABLE', isOnBizApp: false, throughput: 80 },
    { throughputLevel: 'HIGHER', isOnBizApp: false, throughput: 80 },
    { throughputLevel: null, isOnBizApp: false, throughput: 80 },
    { throughputLevel: 'STANDARD', isOnBizApp: true, throughput: 20 },
    { throughputLevel: 'HIGH', isOnBizApp: true, throughput: 20 },
  ])('is $throughput at level $throughputLevel, in the Business app: $isOnBizApp', ({ throughput, ...level }) => {
    expect(throughputOf(level)).toBe(throughput);
  });

  it('is what the host says, where it says so', () => {
    expect(throughputOf({ isOnBizApp: true, throughputLevel: 'HIGH' }, 50)).toBe(50);
  });

  it.each([0, -1, Number.NaN, Infinity])('cannot be %f', (override) => {
    expect(() => throughputOf({ isOnBizApp: false, throughputLevel: null }, override)).toThrow(ConfigurationError);
  });
});
