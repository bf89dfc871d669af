import { join } from 'node:path';
import { Child } from '../processes/child.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import { startStandIn, unlimited } from '../stand-in/start.js';
import type { JobPerRecipientOptions } from './job-per-recipient.module.js';
import type { JobPerRecipient } from './job-per-recipient.process.js';
import { type Speed, speedOf } from './speed.js';

/** The speed of an app that makes a Bull job for each recipient. */
export async function speedOfJobPerRecipient(count: number, concurrency: number): Promise<Speed> {
  await using standIn = await startStandIn(unlimited);
  await using database = await Database.create();
  await using redis = new RedisSpace();
  const options: JobPerRecipientOptions = {
    meta: await standIn.call('access'),
    databaseUrl: database.url,
    redisUrl: redis.url,
    prefix: redis.prefix,
    concurrency,
  };
  const script = join(__dirname, 'job-per-recipient.process.js');
  await using app = await Child.start<JobPerRecipient>(script, options);
  await app.call('send', count);
  return await speedOf(count, standIn, database, 'outcomes');
}
