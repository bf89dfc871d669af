import { writeFile } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { checkTables } from '../../lib/cli/doctor/database-check.js';
import { checkRedisAt } from '../../lib/cli/doctor/redis-check.js';
import { describeEachDatabase } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import { freePort } from '../support/services/free-port.js';
import { redis } from '../support/services/redis.js';
import { canRestart } from '../support/services/restartable-server.js';

const FOLDER = process.cwd();

describeEachDatabase('The doctor and the tables', (database) => {
  it('finds them, or says which are missing, and makes none', async () => {
    const full = await database.create();
    expect(await checkTables(full.url, FOLDER)).toEqual({ ok: expect.any(String) });
    await full.drop();
    const empty = await database.createEmpty();
    if (database.kind === 'sqlite') await writeFile(empty.url.slice('sqlite:'.length), '');
    const lacking = { problem: 'migrations-missing', detail: expect.stringContaining('is missing') };
    expect(await checkTables(empty.url, FOLDER)).toMatchObject(lacking);
    expect(await checkTables(empty.url, FOLDER)).toMatchObject(lacking);
    await empty.drop();
  });
});

describe('The doctor and a database that is not there', () => {
  it.each(['postgres', 'mysql'])('says so of %s', async (scheme) => {
    const url = `${scheme}://someone:secret@127.0.0.1:${await freePort()}/app`;
    const result = await checkTables(url, FOLDER);
    expect(result).toMatchObject({ problem: 'database-unreachable', detail: expect.stringContaining('ECONNREFUSED') });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('says so of a scheme that it does not know', async () => {
    expect(await checkTables('mongodb://127.0.0.1/app', FOLDER)).toMatchObject({
      problem: 'database-unreachable',
      detail: expect.stringContaining('mongodb'),
    });
  });
});

(canRestart.redis ? describe : describeNotRun('redis'))('The doctor and Redis', () => {
  it('reports redis-evicting until the policy is noeviction', async () => {
    const server = await redis.start();
    const client = new Redis(server.url);
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await checkRedisAt(server.url, FOLDER)).toMatchObject({ problem: 'redis-evicting' });
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await checkRedisAt(server.url, FOLDER)).toEqual({ ok: expect.stringContaining('noeviction') });
    client.disconnect();
    await server.stop();
    expect(await checkRedisAt(server.url, FOLDER)).toMatchObject({ problem: 'redis-unreachable' });
  });
});
