import { setTimeout as delay } from 'node:timers/promises';
import type { BlockingRedis, QueueRedis } from '../queue/queue.js';
import type { StoredEvent } from './stream-event.js';
import {
  KEPT_FOR_MS,
  MARK_LIFETIME_MS,
  MOST_READ,
  type NewEntry,
  type StreamEntry,
  type StreamLog,
} from './stream-log.js';

/** Entries that Redis keeps, roughly: with many at once less than some minutes of them. */
const MOST_KEPT = 20_000;

/** Milliseconds that a read waits for new entries: no longer than an app that ends can wait. */
const BLOCK_MS = 1_000;

/** Milliseconds that a connection may take. */
const CONNECT_MS = 2_000;

/** Redis has one clock; those of the processes differ. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

const LISTENED_TO = `${NOW} return redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. now, '+inf')`;

/** ARGV: lifetime, then workspaces. */
const MARK = `${NOW}
local news = {}
for index = 2, #ARGV do
  local marked = redis.call('ZSCORE', KEYS[1], ARGV[index])
  if not marked or tonumber(marked) <= now then news[#news + 1] = ARGV[index] end
  redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[index])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return news
`;

/** ARGV: lifetime, most, then workspace and event by turns. */
const APPEND = `
for index = 3, #ARGV, 2 do
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'w', ARGV[index], 'e', ARGV[index + 1])
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
`;

const END = `return redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)`;
const ONE = `return redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])`;
const AFTER = `return redis.call('XREAD', 'COUNT', ARGV[2], 'STREAMS', KEYS[1], ARGV[1])`;

/** The stream in the Redis of the queue; entries wait there for all processes at once. */
export class RedisLog implements StreamLog {
  readonly #entries: string;
  readonly #listeners: string;
  /** For reads that wait; there is one while someone listens. */
  #reader: BlockingRedis | undefined;

  constructor(private readonly redis: QueueRedis) {
    this.#entries = `${redis.prefix}:stream`;
    this.#listeners = `${redis.prefix}:stream-listeners`;
  }

  async listenedTo(): Promise<ReadonlySet<number>> {
    return new Set(numbersIn(await this.#run(LISTENED_TO, this.#listeners)));
  }

  async mark(workspaceIds: readonly number[]): Promise<readonly number[]> {
    return numbersIn(await this.#run(MARK, this.#listeners, [MARK_LIFETIME_MS, ...workspaceIds]));
  }

  async append(entries: readonly NewEntry[]): Promise<void> {
    const args = entries.flatMap(({ workspaceId, event }) => [workspaceId, JSON.stringify(event)]);
    await this.#run(APPEND, this.#entries, [KEPT_FOR_MS, MOST_KEPT, ...args]);
  }

  async end(): Promise<string> {
    return entriesIn(await this.#run(END, this.#entries)).at(0)?.id ?? '0';
  }

  async has(id: string): Promise<boolean> {
    return /^\d{1,15}-\d{1,15}$/.test(id) && entriesIn(await this.#run(ONE, this.#entries, [id])).length > 0;
  }

  async after(id: string): Promise<readonly StreamEntry[]> {
    return entriesOfStream(await this.#run(AFTER, this.#entries, [id, MOST_READ]));
  }

  async next(id: string, signal: AbortSignal): Promise<readonly StreamEntry[]> {
    if (signal.aborted) return [];
    this.#reader ??= this.redis.duplicate();
    const reader = this.#reader;
    const end = () => reader.disconnect();
    signal.addEventListener('abort', end, { once: true });
    try {
      return entriesOfStream(
        await reader.call('XREAD', 'COUNT', MOST_READ, 'BLOCK', BLOCK_MS, 'STREAMS', this.#entries, id),
      );
    } catch (error) {
      if (signal.aborted) return [];
      this.rest();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }

  /** Redis does so itself. */
  trim(): Promise<void> {
    return Promise.resolve();
  }

  rest(): void {
    this.#reader?.disconnect();
    this.#reader = undefined;
  }

  /** While it is away, what is asked of it would wait until it is back; here it waits for a connection that is being made. */
  async #run(script: string, key: string, args: readonly (string | number)[] = []): Promise<unknown> {
    const { client } = this.redis;
    if (client.status !== 'ready') {
      const ready = new Promise<boolean>((resolve) => client.once('ready', () => resolve(true)));
      const isReady = await Promise.race([ready, delay(CONNECT_MS, false, { ref: false })]);
      if (!isReady) throw new Error('Redis is not available.');
    }
    return client.eval(script, 1, key, ...args);
  }
}

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);

const numbersIn = (answer: unknown): readonly number[] => (isList(answer) ? answer.map(Number) : []);

/** Of `XREAD` on one stream. */
function entriesOfStream(answer: unknown): readonly StreamEntry[] {
  const stream = isList(answer) ? answer[0] : undefined;
  return isList(stream) ? entriesIn(stream[1]) : [];
}

function entriesIn(answer: unknown): readonly StreamEntry[] {
  return isList(answer) ? answer.flatMap((entry) => (isList(entry) ? entryOf(entry) : [])) : [];
}

function entryOf([id, fields]: readonly unknown[]): StreamEntry[] {
  if (typeof id !== 'string' || !isList(fields)) return [];
  const event: StoredEvent = JSON.parse(String(fields[3]));
  return [{ id, workspaceId: Number(fields[1]), event, time: new Date(Number(id.split('-')[0])) }];
}
