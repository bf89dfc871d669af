import * as fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TURNS } from '../../lib/pacing/pace-rules.js';
import { RedisPacer, PACE_STEP } from '../../lib/pacing/redis.pacer.js';
import { describeWithRedis, type FreshRedis } from '../support/redis.js';
import { anyStep, type Outcome, RuledNumber, type Step } from './schedules.js';

const STEP = `local now = tonumber(ARGV[#ARGV])\n${PACE_STEP}`;

describeWithRedis('the script in Redis', (redis) => {
  let fresh: FreshRedis;
  let client: Redis;
  beforeAll(async () => {
    fresh = await redis.create();
    client = new Redis(fresh.url);
  });
  afterAll(async () => {
    client.disconnect();
    await fresh.drop();
  });

  async function apply(key: string, throughput: number, step: Step, now: number): Promise<Outcome | undefined> {
    const answer = await client.eval(STEP, 1, key, ...argumentsOf(step, throughput), now);
    const [time, second = Number.NaN, ...slots] = Array.isArray(answer) ? answer.map(Number) : [];
    expect(time).toBe(now);
    if (step.kind === 'pace') return { pace: second };
    return step.kind === 'bulk' || step.kind === 'single' ? { slots, askAgainIn: second } : undefined;
  }

  it('says to the last digit what the rules say', async () => {
    let run = 0;
    const throughputs = fc.oneof(fc.constantFrom(20, 80, 1_000), fc.double({ min: 0.2, max: 2_000, noNaN: true }));
    // The times of performance.now() and of Redis, whose digits before the point leave few behind it.
    const starts = fc.constantFrom(0.123, 1_795_000_000_000.456);
    await fc.assert(
      fc.asyncProperty(throughputs, starts, fc.array(anyStep, { maxLength: 60, size: 'max' }), async (...given) => {
        const [throughput, start, steps] = given;
        const number = new RuledNumber(throughput);
        const key = `${fresh.prefix}:pace:${(run += 1)}`;
        let now = start;
        for (const step of steps) {
          now += step.after;
          expect(await apply(key, throughput, step, now)).toEqual(number.apply(step, now));
        }
      }),
    );
  });

  it('keeps one key for each number, and none for ever', async () => {
    const pacer = new RedisPacer(client, `{${fresh.prefix}}`);
    const uses = {
      bulk: (phoneNumberId: string) => pacer.slots({ phoneNumberId, throughput: 80 }, 1),
      single: (phoneNumberId: string) => pacer.single({ phoneNumberId, throughput: 80 }),
      inbound: (phoneNumberId: string) => pacer.count({ phoneNumberId, throughput: 80 }, 3),
      refused: (phoneNumberId: string) => pacer.slowDown({ phoneNumberId, throughput: 80 }),
    };
    for (const [phoneNumberId, use] of Object.entries(uses)) {
      await use(phoneNumberId);
      const left = await client.pttl(`{${fresh.prefix}}:pace:${phoneNumberId}`);
      expect(left).toBeGreaterThan(0);
      expect(left).toBeLessThanOrEqual(100_000);
    }
    await pacer.paceOf({ phoneNumberId: 'only-asked', throughput: 80 });
    const keys = await client.keys(`{${fresh.prefix}}*`);
    expect(keys.toSorted()).toEqual(
      ['bulk', 'inbound', 'refused', 'single'].map((id) => `{${fresh.prefix}}:pace:${id}`),
    );
  });
});

function argumentsOf(step: Step, throughput: number): readonly (string | number)[] {
  if (!('messages' in step)) return [step.kind === 'pace' ? 'pace' : 'slow', throughput];
  if (step.kind === 'inbound') return ['count', throughput, step.messages];
  const { lead, near } = TURNS[step.kind];
  return ['grant', throughput, step.messages, lead, near];
}
