import { setImmediate } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { vi } from 'vitest';
import { REDIS_NOW, type RedisScripts } from '../../lib/pacing/redis.pacer.js';

/** Timers and `performance.now()` stand still from now on, until `vi.useRealTimers()`. */
export function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
}

/** Has time leap from timer to timer until the work is done: a minute passes in an instant, and nothing is late. */
export async function leapThrough<T>(work: Promise<T>, isBusy: () => boolean): Promise<T> {
  const settled = Promise.allSettled([work]);
  for (;;) {
    if ((await Promise.race([settled, setImmediate('pending')])) !== 'pending') return work;
    if (!isBusy()) vi.advanceTimersToNextTimer();
  }
}

/** Waits, while time stands still, until so many timers are set. */
export async function untilTimers(count: number): Promise<void> {
  while (vi.getTimerCount() !== count) await setImmediate();
}

/** A real Redis that takes `performance.now()` of this process, which may stand still, for its own time. */
export class TimelessRedis implements RedisScripts {
  #questions = 0;
  #answers = 0;

  /** @param distance how long its answers are on their way, ms */
  constructor(
    private readonly client: Redis,
    private readonly distance = 0,
  ) {}

  /** How often it was asked. */
  get questions(): number {
    return this.#questions;
  }

  get isBusy(): boolean {
    return this.#questions > this.#answers;
  }

  async eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown> {
    this.#questions += 1;
    const timeless = script.replace(REDIS_NOW, 'local now = tonumber(ARGV[#ARGV])');
    const answer = await this.client.eval(timeless, keys, ...args, performance.now());
    this.#answers += 1;
    if (this.distance > 0) await new Promise((resolve) => setTimeout(resolve, this.distance));
    return answer;
  }

  async evalsha(): Promise<unknown> {
    throw new Error('NOSCRIPT This script is asked for with its text.');
  }
}
