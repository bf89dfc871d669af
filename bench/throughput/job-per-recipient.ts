import { join } from 'node:path';
import { Child } from '../processes/child.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import { startStandIn, unlimited } from '../stand-in/start.js';
import type { JobPerRecipientOptions } from './job-per-recipient.module.js';
import type { JobPerRecipient } from './job-per-recipient.process.js';
import { type Speed, speedOf } from './speed.js';

/** What runs the jobs: an app on Bull, or one on BullMQ. */
const SCRIPTS = { Bull: 'job-per-recipient.process.js', BullMQ: 'job-per-recipient-bullmq.process.js' } as const;

export type JobQueue = keyof typeof SCRIPTS;

/** The speed of an app that makes a job for each recipient. */
export async function speedOfJobPerRecipient(queue: JobQueue, count: number, concurrency: number): Promise<Speed> {
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
  await using sender = await Child.start<JobPerRecipient>(join(__dirname, SCRIPTS[queue]), options);
  return await speedOf({ count, sender, standIn, database, table: 'outcomes' }, () => sender.call('send', count));
}
