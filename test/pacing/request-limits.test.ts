import { setImmediate } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type RequestLimits, RedisRequestLimits, InMemoryRequestLimits } from '../../lib/pacing/request-limits.js';
import { describeWithRedis, type FreshRedis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { canRestart, restartableRedis } from '../support/services/restartable-server.js';

const MINUTE = 60_000;

const logger = { log: () => {}, error: () => {}, warn: vi.fn<(message: string) => void>() };

const limitsOn = (client: Redis, prefix: string): RequestLimits => new RedisRequestLimits(client, prefix, logger);

/** So many requests, one after the other. @returns how long each would have to wait */
async function ask(limits: RequestLimits, times: number, key = 'one', perMinute = 3): Promise<number[]> {
  const waits: number[] = [];
  for (let asked = 0; asked < times; asked += 1) waits.push(await limits.count({ key, perMinute }));
  return waits;
}

describe('Requests that one process counts', () => {
  let limits: RequestLimits;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
    limits = new InMemoryRequestLimits();
  });
  afterEach(() => vi.useRealTimers());

  it('pass as many as may in a minute, and again after the wait that was reported, to the millisecond', async () => {
    expect(await ask(limits, 3)).toEqual([0, 0, 0]);
    vi.advanceTimersByTime(15_000);
    expect(await ask(limits, 1)).toEqual([45_000]);
    vi.advanceTimersByTime(44_999);
    expect(await ask(limits, 1)).toEqual([1]);
    vi.advanceTimersByTime(1);
    expect(await ask(limits, 4)).toEqual([0, 0, 0, MINUTE]);
  });

  it('wait no longer for having been refused again and again', async () => {
    await ask(limits, 3);
    for (let second = 0; second < 60; second += 1) {
      expect(await ask(limits, 5)).toEqual(Array(5).fill(MINUTE - second * 1_000));
      vi.advanceTimersByTime(1_000);
    }
    expect(await ask(limits, 1)).toEqual([0]);
  });

  it('are those of one key at one limit', async () => {
    expect(await ask(limits, 4)).toEqual([0, 0, 0, MINUTE]);
    expect(await ask(limits, 1, 'two')).toEqual([0]);
    expect(await ask(limits, 6, 'one', 5)).toEqual([0, 0, 0, 0, 0, MINUTE]);
  });

  it('leave nothing behind once their minute is over', async () => {
    await ask(limits, 4);
    vi.advanceTimersByTime(MINUTE);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describeWithRedis('Requests that processes count together in Redis', (redis) => {
  let fresh: FreshRedis;
  let client: Redis;
  let other: Redis;
  let processes: readonly [RequestLimits, RequestLimits];

  beforeEach(async () => {
    fresh = await redis.create();
    [client, other] = [new Redis(fresh.url), new Redis(fresh.url)];
    processes = [limitsOn(client, fresh.prefix), limitsOn(other, fresh.prefix)];
  });
  afterEach(async () => {
    client.disconnect();
    other.disconnect();
    await fresh.drop();
  });

  const expireIn = async (ms: number) => {
    const [key, ...more] = await client.keys(`${fresh.prefix}:requests:*`);
    expect(more).toEqual([]);
    await client.pexpire(key ?? '', ms);
  };

  it('are counted from the first one, which may come before there is a connection', async () => {
    const [one, two] = processes;
    expect([...(await ask(one, 2)), ...(await ask(two, 1))]).toEqual([0, 0, 0]);
    const waits = [...(await ask(one, 1)), ...(await ask(two, 1))];
    for (const wait of waits) {
      expect(wait).toBeLessThanOrEqual(MINUTE);
      expect(wait).toBeGreaterThan(MINUTE - 5_000);
    }
  });

  it('never pass in a greater number, however many come at once', async () => {
    const waits = await Promise.all(
      Array.from({ length: 200 }, (_, index) => {
        const limits = processes[index % 2] ?? processes[0];
        return limits.count({ key: 'many', perMinute: 60 });
      }),
    );
    expect(waits.filter((wait) => wait === 0)).toHaveLength(60);
  });

  it('pass again after the wait that was reported, and refusals prolong it for no one', async () => {
    const [one, two] = processes;
    await ask(one, 3);
    await expireIn(400);
    const start = performance.now();
    const [wait = 0] = await ask(one, 1);
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(400);
    for (const limits of [one, two]) {
      let left: number[] = [];
      do left = await ask(limits, 1);
      while (left[0] !== 0);
    }
    expect(performance.now() - start).toBeGreaterThanOrEqual(wait - 5);
    expect(performance.now() - start).toBeLessThan(wait + 2_000);
  });

  it('are counted afresh when Redis has forgotten them', async () => {
    const [one, two] = processes;
    await ask(one, 2);
    await fresh.flush();
    expect(await ask(two, 4)).toEqual([0, 0, 0, expect.any(Number)]);
  });

  it('are counted by each process for itself while Redis cannot be reached, without waiting for it each time', async () => {
    const lost = new Redis('redis://127.0.0.1:1', { retryStrategy: () => 50 });
    lost.on('error', () => {});
    const limits = limitsOn(lost, fresh.prefix);
    await ask(limits, 1);
    const start = performance.now();
    expect(await ask(limits, 3)).toEqual([0, 0, expect.any(Number)]);
    expect(performance.now() - start).toBeLessThan(500);
    lost.disconnect();
  });
});

(canRestart.redis ? describe : describeNotRun('redis'))('Requests, when Redis', () => {
  it('says nothing any more, are counted without it after a moment; later with it again', async () => {
    const server = await restartableRedis();
    const [client, operator] = [new Redis(server.url), new Redis(server.url)];
    try {
      const limits = limitsOn(client, 'limits');
      await ask(limits, 2);
      await operator.call('CLIENT', 'PAUSE', '2500', 'ALL');
      const start = performance.now();
      expect(await ask(limits, 3)).toEqual([0, 0, 0]);
      expect(performance.now() - start).toBeLessThan(2_000);
      await operator.ping();
      await vi.waitFor(async () => expect(await ask(limits, 1)).not.toEqual([0]), { timeout: 5_000 });
      expect(Number(await operator.get('limits:requests:one'))).toBeGreaterThan(3);
    } finally {
      client.disconnect();
      operator.disconnect();
      await server.stop();
    }
  });

  it('lets no one write, are counted without it, and this is said once a minute', async () => {
    const server = await restartableRedis();
    const [client, operator] = [new Redis(server.url), new Redis(server.url)];
    try {
      const limits = limitsOn(client, 'limits');
      await ask(limits, 1);
      logger.warn.mockClear();
      await operator.call('ACL', 'SETUSER', 'default', 'resetkeys');
      vi.useFakeTimers({ toFake: ['performance'] });
      expect(await ask(limits, 4)).toEqual([0, 0, 0, expect.any(Number)]);
      vi.advanceTimersByTime(MINUTE / 2);
      await ask(limits, 1);
      expect(logger.warn.mock.calls).toEqual([[expect.stringMatching(/^Redis counts no requests; .*NOPERM/)]]);
      vi.advanceTimersByTime(MINUTE / 2);
      await ask(limits, 1);
      expect(logger.warn).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
      client.disconnect();
      operator.disconnect();
      await server.stop();
    }
  });

  it('is restarted, never fail', async () => {
    const server = await restartableRedis();
    const client = new Redis(server.url, { retryStrategy: () => 50 });
    client.on('error', () => {});
    try {
      const limits = limitsOn(client, 'limits');
      await ask(limits, 1);
      const restart = { isDone: false };
      const restarted = server.restart('SIGKILL').finally(() => (restart.isDone = true));
      let asked = 0;
      while (!restart.isDone) {
        await limits.count({ key: `key ${(asked += 1)}`, perMinute: 60 });
        await setImmediate();
      }
      await restarted;
      expect(asked).toBeGreaterThan(10);
      await vi.waitFor(() => expect(client.status).toBe('ready'), { timeout: 5_000 });
      await limits.count({ key: 'after', perMinute: 60 });
      expect(await client.get('limits:requests:after')).toBe('1');
    } finally {
      client.disconnect();
      await server.stop();
    }
  });
});
