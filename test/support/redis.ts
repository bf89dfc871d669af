import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { describe } from 'vitest';
import { describeNotRun } from './services/not-run.js';
import { requestService } from './services/request-service.js';

// Importing this file is what starts the server, once for the whole run.
const state = await requestService('redis');

export interface FreshRedis {
  /** Names a database of the server; on a server started for the run, no one else uses that database. */
  readonly url: string;
  /** What every key and channel must begin with: the server may be someone's, and channels are shared by all databases. */
  readonly prefix: string;
  /** Removes every key, as `FLUSHALL` by an operator would. */
  flush(): Promise<void>;
  /** Removes what is left. */
  drop(): Promise<void>;
}

export interface TestRedis {
  readonly available: boolean;
  create(): Promise<FreshRedis>;
}

export const redis: TestRedis = { available: state.available, create };

/** Describes a suite that needs Redis. Where there is none, the run's end reports how many tests that cost. */
export function describeWithRedis(name: string, body: (redis: TestRedis) => void): void {
  const register = state.available ? describe : describeNotRun('redis');
  register(name, () => {
    body(redis);
  });
}

async function create(): Promise<FreshRedis> {
  if (!state.available) throw new Error(`There is no Redis: ${state.reason}.`);
  const prefix = `whatsapp-test-${randomBytes(6).toString('hex')}`;
  const url = state.isPrivate ? await unusedDatabase(state.url) : state.url;
  const flush = () => withConnection(url, state.isPrivate ? empty : (connection) => unlink(connection, prefix));
  return { url, prefix, flush, drop: flush };
}

/** The databases of a private server are given out in turn; 0 keeps the count. */
async function unusedDatabase(url: string): Promise<string> {
  const turn = await withConnection(url, (connection) => connection.incr('given-out'));
  return `${url}/${1 + (turn % 999)}`;
}

async function empty(connection: Redis): Promise<void> {
  await connection.flushdb();
}

async function unlink(connection: Redis, prefix: string): Promise<void> {
  for await (const keys of connection.scanStream({ match: `*${prefix}*`, count: 1_000 })) {
    if (Array.isArray(keys) && keys.length > 0) await connection.unlink(keys);
  }
}

async function withConnection<T>(url: string, action: (connection: Redis) => Promise<T>): Promise<T> {
  const connection = new Redis(url);
  try {
    return await action(connection);
  } finally {
    connection.disconnect();
  }
}
