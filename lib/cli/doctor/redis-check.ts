import { createRequire } from 'node:module';
import { join } from 'node:path';
import { codeOf, messageOf } from '../../foreign-errors.js';
import { NotChecked, type Result } from './examination.js';

/** What is used of an ioredis client. */
interface RedisClient {
  connect(): Promise<void>;
  info(section: string): Promise<string>;
  disconnect(): void;
  on(event: 'error', listener: (error: unknown) => void): unknown;
}

interface RedisModule {
  readonly Redis: new (url: string, options: object) => RedisClient;
}

const CONNECT_TIMEOUT = 10_000;

/** Whether Redis answers, and whether it keeps what it is given. */
export async function checkRedisAt(url: string, folder: string): Promise<Result> {
  const { Redis } = loadIoredis(folder);
  const client = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_TIMEOUT, retryStrategy: () => null });
  let reason: unknown;
  client.on('error', (error) => (reason = error));
  try {
    await client.connect();
    const info = parseInfo(`${await client.info('server')}\n${await client.info('memory')}`);
    const policy = info.get('maxmemory_policy') ?? 'unknown';
    const version = `Redis ${info.get('redis_version') ?? 'of an unknown version'}`;
    if (policy === 'noeviction' || policy === 'unknown') return { ok: `${version}, maxmemory-policy ${policy}` };
    return {
      problem: 'redis-evicting',
      detail: `maxmemory-policy is ${policy}: Redis drops keys when its memory is full.`,
    };
  } catch (error) {
    // What `connect` rejects with says only that the connection is closed.
    const cause = reason ?? error;
    return { problem: 'redis-unreachable', detail: `REDIS_URL: ${messageOf(cause) || codeOf(cause)}` };
  } finally {
    client.disconnect();
  }
}

/** Bull brings ioredis with it; the app may have it by itself. */
function loadIoredis(folder: string): RedisModule {
  const app = createRequire(join(folder, 'package.json'));
  for (const from of [app, createRequire(__filename)]) {
    for (const find of [() => from, () => createRequire(from.resolve('bull/package.json'))]) {
      try {
        const loaded: RedisModule = find()('ioredis');
        return loaded;
      } catch (error) {
        if (codeOf(error) !== 'MODULE_NOT_FOUND') throw error;
      }
    }
  }
  throw new NotChecked('bull is not installed');
}

function parseInfo(text: string): Map<string, string> {
  const lines = text.split(/\r?\n/).map((line) => line.split(':', 2));
  return new Map(lines.flatMap(([name = '', value]) => (value === undefined ? [] : [[name, value.trim()] as const])));
}
