import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { redisUrl } from '../settings.js';

/** The part of a Redis that one measurement alone uses. */
export class RedisSpace implements AsyncDisposable {
  /** What every key of the measurement begins with. */
  readonly prefix = `whatsapp-bench-${randomBytes(6).toString('hex')}`;
  readonly #redis: Redis;

  constructor(readonly url = redisUrl) {
    this.#redis = new Redis(url);
  }

  /** Bytes that the whole server holds. */
  async usedMemory(): Promise<number> {
    return Number(await field(this.#redis, 'memory', 'used_memory'));
  }

  async version(): Promise<string> {
    return field(this.#redis, 'server', 'redis_version');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for await (const keys of this.#redis.scanStream({ match: `*${this.prefix}*`, count: 1_000 })) {
      if (Array.isArray(keys) && keys.length > 0) await this.#redis.unlink(keys);
    }
    this.#redis.disconnect();
  }
}

async function field(redis: Redis, section: string, name: string): Promise<string> {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(await redis.info(section))?.[1] ?? 'unknown';
}
