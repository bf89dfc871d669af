import { cpus, totalmem } from 'node:os';
import { postgresVersion } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';

/** What the figures were measured on, as one sentence. */
export async function describeMachine(hasServers = true): Promise<string> {
  const memory = Math.round(totalmem() / 2 ** 30);
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB of memory`;
  if (!hasServers) return `${machine}; Node ${process.versions.node}`;
  await using redis = new RedisSpace();
  const programs = `Node ${process.versions.node}, Postgres ${await postgresVersion()}, Redis ${await redis.version()}`;
  return `${machine}; ${programs}`;
}
