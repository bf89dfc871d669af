import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Pacer } from '../../lib/pacing/pacer.js';
import { RedisPacer, type RedisScripts } from '../../lib/pacing/redis.pacer.js';
import { describeWithRedis, type FreshRedis } from '../support/redis.js';
import { leapThrough, stopTime, TimelessRedis } from './pretended-time.js';
import { mostInOneSecond } from './sliding-second.js';

const number = { phoneNumberId: '106540352242922', throughput: 1_000 };

describeWithRedis('a pacer in Redis', (redis) => {
  let fresh: FreshRedis;
  const clients: Redis[] = [];
  const connect = (options: RedisOptions = {}) => {
    const client = new Redis(fresh.url, options);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    fresh = await redis.create();
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const client of clients.splice(0)) client.disconnect();
    await fresh.drop();
  });

  it('shares a number with other processes: together they never exceed it, by the clock of Redis', async () => {
    const slots: number[] = [];
    // Notes the slots that Redis gives, as Redis reports them.
    const note = (answer: unknown) => {
      if (Array.isArray(answer)) slots.push(...answer.slice(2).map(Number));
      return answer;
    };
    const noting = (client: Redis): RedisScripts => ({
      eval: async (script, keys, ...args) => note(await client.eval(script, keys, ...args)),
      evalsha: async (sha, keys, ...args) => note(await client.evalsha(sha, keys, ...args)),
    });
    const pacers = [1, 2, 3].map(() => new RedisPacer(noting(connect()), fresh.prefix));
    const send = async (pacer: Pacer) => {
      while (slots.length < 1_500) {
        await Promise.all([pacer.slots(number, 100), pacer.slots(number, 100), pacer.single(number)]);
      }
    };
    await Promise.all(pacers.map(send));
    expect(mostInOneSecond(slots)).toBeLessThanOrEqual(1_000);
  });

  it('gives processes that want the same number all a part of the whole pace, also those far from Redis', async () => {
    const client = connect();
    await client.ping();
    stopTime();
    const connections = [0, 0, 1, 1].map((distance) => new TimelessRedis(client, distance));
    const slots: number[] = [];
    const send = async (pacer: Pacer) => {
      let sent = 0;
      while (slots.length < 10_000) {
        const given = await pacer.slots(number, 100);
        slots.push(...given);
        sent += given.length;
      }
      return sent;
    };
    const sends = connections.map((connection) => send(new RedisPacer(connection, fresh.prefix)));
    const parts = await leapThrough(Promise.all(sends), () => connections.some(({ isBusy }) => isBusy));
    for (const part of parts) expect(part / slots.length).toBeGreaterThan(0.05);
    const seconds = (Math.max(...slots) - Math.min(...slots)) / 1_000;
    expect(slots.length / seconds / 950).toBeCloseTo(1, 2);
  });

  it('asks one question for all who wait, and none in between', async () => {
    const client = connect();
    await client.ping();
    stopTime();
    const timeless = new TimelessRedis(client);
    const pacer = new RedisPacer(timeless, fresh.prefix);
    const waiting = Array.from({ length: 200 }, () => pacer.slots({ ...number, throughput: 80 }, 100));
    const slots = (await leapThrough(Promise.all(waiting), () => timeless.isBusy)).flat();
    expect(slots.length).toBeGreaterThanOrEqual(200);
    // Two or three slots an answer.
    expect(timeless.questions).toBeLessThan(120);
  });

  it('goes on when Redis has lost its scripts, and when it has lost everything', async () => {
    const client = connect();
    const pacer = new RedisPacer(client, fresh.prefix);
    await pacer.slowDown(number);
    await client.script('FLUSH');
    expect(await pacer.paceOf(number)).toBe(475);
    await client.script('FLUSH');
    expect(await pacer.slots(number, 3)).toHaveLength(3);
    await fresh.flush();
    expect(await pacer.paceOf(number)).toBe(950);
    expect(await pacer.slots(number, 3)).toHaveLength(3);
    await pacer.single(number);
  });

  it('waits while Redis is away, and goes on when it is back', async () => {
    const client = connect();
    await client.ping();
    client.disconnect();
    await once(client, 'end');
    let refused = 0;
    const counting: RedisScripts = {
      eval: (script, keys, ...args) => client.eval(script, keys, ...args),
      evalsha: async (sha, keys, ...args) => {
        try {
          return await client.evalsha(sha, keys, ...args);
        } catch (error) {
          refused += 1;
          throw error;
        }
      },
    };
    const pacer = new RedisPacer(counting, fresh.prefix);
    await expect(pacer.paceOf(number)).rejects.toThrow('Connection is closed');
    const waiting = Promise.all([pacer.slots(number, 2), pacer.single(number)]);
    await vi.waitUntil(() => refused > 4);
    await client.connect();
    const [slots] = await waiting;
    expect(slots).toHaveLength(2);
  });

  it('can be given up while Redis neither answers nor closes the connection', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const connection = once(silent, 'connection');
    const client = new Redis(port, '127.0.0.1', { maxRetriesPerRequest: null });
    const controller = new AbortController();
    const pacer = new RedisPacer(client, fresh.prefix);
    const waiting = [pacer.slots(number, 2, controller.signal), pacer.single(number, controller.signal)];
    const outcomes = Promise.allSettled(waiting);
    await connection;
    controller.abort();
    const { reason } = controller.signal;
    expect(await outcomes).toEqual(waiting.map(() => ({ status: 'rejected', reason })));
    client.disconnect();
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
});
