import { MessageEntity } from 'nestjs-whatsapp';
import { In, IsNull, Not } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { NumberLeaseEntity } from '../../lib/bulk/queue/number-lease.entity.js';
import { ProcessEntity } from '../../lib/processes/process.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases, describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { redis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';

const RECIPIENTS = 400;

const QUEUES = [
  { queue: 'the queue in the process', withBull: false },
  { queue: 'Bull', withBull: true },
].filter(({ withBull }) => redis.available || !withBull);

beforeAll(async () => {
  await builtLibrary();
});

async function deploymentOn(database: FreshDatabase, withBull: boolean): Promise<Deployment> {
  const options = { messagesPerSecond: 150 };
  const deployment = await Deployment.create({
    database,
    redis: withBull ? await redis.create() : undefined,
    options,
  });
  deployment.meta.faults.nextSend({ kind: 'delay', ms: 60 }, { times: Infinity });
  return deployment;
}

describeEachDatabase('a process that gets SIGTERM while it sends', (database) => {
  it.each(QUEUES)('leaves nothing that others would have to wait for, with $queue', async ({ withBull }) => {
    await using deployment = await deploymentOn(await database.create(), withBull);
    const ending = await deployment.start();
    await deployment.create(ending, RECIPIENTS);
    await deployment.more(60);
    await ending.terminate();
    const { dataSource, meta } = deployment;
    expect(meta.messageCount).toBeLessThan(RECIPIENTS);
    const messages = dataSource.getRepository(MessageEntity);
    expect(await messages.countBy({ status: In(['sending', 'unconfirmed', 'failed']) })).toBe(0);
    expect(await messages.countBy({ status: 'sent' })).toBe(meta.messageCount);
    expect(await dataSource.getRepository(BulkChunkEntity).countBy({ processId: Not(IsNull()) })).toBe(0);
    expect(await dataSource.getRepository(NumberLeaseEntity).count()).toBe(0);
    expect(await dataSource.getRepository(ProcessEntity).count()).toBe(0);

    await deployment.start();
    await deployment.ended();
    expect(await deployment.expectTruth()).toBe(0);
  });
});

const postgres = databases.find(({ kind }) => kind === 'postgres');

(postgres?.available ? describe : describeNotRun('postgres'))('processes that get SIGTERM one after the other', () => {
  it.each(QUEUES)('hand over to each other, and nothing is in doubt, with $queue', async ({ withBull }) => {
    if (!postgres) throw new Error('There is no Postgres.');
    await using deployment = await deploymentOn(await postgres.create(), withBull);
    const processes = await Promise.all([1, 2, 3].map(() => deployment.start()));
    const [first, second] = processes;
    if (!first || !second) throw new Error('No process was started.');
    await deployment.create(first, RECIPIENTS);
    for (const ending of [first, second]) {
      await deployment.more(60);
      await ending.terminate();
    }
    expect(deployment.meta.messageCount).toBeLessThan(RECIPIENTS);
    await deployment.ended();
    expect(await deployment.expectTruth()).toBe(0);
  });
});
