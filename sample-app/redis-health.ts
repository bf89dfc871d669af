import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Redis } from 'ioredis';
import type { Settings } from './settings.js';

/** Tells whether Redis answers, where the app uses one. */
@Injectable()
export class RedisHealth implements OnApplicationShutdown {
  readonly #redis: Redis | undefined;

  constructor(config: ConfigService<Settings, true>) {
    const url = config.get('redisUrl', { infer: true });
    if (url === undefined) return;
    this.#redis = new Redis(url, { lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    // Told by `answers()`; without a listener it would be printed each time the connection is tried again.
    this.#redis.on('error', () => {});
  }

  async answers(): Promise<boolean> {
    if (!this.#redis) return true;
    try {
      if (this.#redis.status === 'wait') await this.#redis.connect();
      await this.#redis.ping();
      return true;
    } catch {
      return false;
    }
  }

  onApplicationShutdown(): void {
    this.#redis?.disconnect();
  }
}
