import { createHash } from 'node:crypto';
import { messageOf } from '../foreign-errors.js';

/** The part of a Redis client that is used; those of ioredis, also for a cluster, are such. */
export interface RedisScripts {
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  evalsha(sha: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
}

/** A Lua script that Redis keeps, and is given again when it has lost it. */
export class RedisScript {
  readonly #sha: string;

  constructor(private readonly source: string) {
    this.#sha = createHash('sha1').update(source).digest('hex');
  }

  /** Runs it with one key, so that it works on a cluster, too. */
  async run(client: RedisScripts, key: string, args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#sha, 1, key, ...args);
    } catch (error) {
      if (!messageOf(error).startsWith('NOSCRIPT')) throw error;
      return client.eval(this.source, 1, key, ...args);
    }
  }
}
