import { Redis } from 'ioredis';
import { describe, vi } from 'vitest';
import { InMemoryPacer } from '../../lib/pacing/ledger.pacer.js';
import type { Pacer } from '../../lib/pacing/pacer.js';
import { RedisPacer } from '../../lib/pacing/redis.pacer.js';
import { describeWithRedis } from '../support/redis.js';
import { leapThrough, stopTime, TimelessRedis } from './pretended-time.js';

/** A pacer in pretended time, which stops until a test leaps. */
export interface PretendedPacer extends AsyncDisposable {
  readonly pacer: Pacer;
  leapThrough<T>(work: Promise<T>): Promise<T>;
}

/** Describes both kinds of pacer in pretended time. */
export function describeEachPacer(name: string, body: (start: () => Promise<PretendedPacer>) => void): void {
  describe(`${name} in memory`, () => {
    body(startInMemory);
  });
  describeWithRedis(`${name} in Redis`, (redis) => {
    body(async () => {
      const fresh = await redis.create();
      const client = new Redis(fresh.url);
      await client.ping();
      stopTime();
      const timeless = new TimelessRedis(client);
      return {
        pacer: new RedisPacer(timeless, fresh.prefix),
        leapThrough: (work) => leapThrough(work, () => timeless.isBusy),
        async [Symbol.asyncDispose]() {
          vi.useRealTimers();
          client.disconnect();
          await fresh.drop();
        },
      };
    });
  });
}

async function startInMemory(): Promise<PretendedPacer> {
  stopTime();
  return {
    pacer: new InMemoryPacer(),
    leapThrough: (work) => leapThrough(work, () => false),
    async [Symbol.asyncDispose]() {
      vi.useRealTimers();
    },
  };
}
