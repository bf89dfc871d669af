import { MessageEntity } from 'nestjs-whatsapp';
import { In, IsNull, Not } from 'typeorm';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { NumberLeaseEntity } from '../../lib/queue/number-lease.entity.js';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases, describeOn, type FreshDatabase } from '../support/databases.js';
import type { FreshRedis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';
import { describeEachQueueOfChildren } from './crashes/each-queue-of-children.js';

// Processes start, and others wait until they count as dead.
vi.setConfig({ testTimeout: 180_000 });

const RECIPIENTS = 400;

beforeAll(async () => {
  await builtLibrary();
});

async function deploymentOn(database: FreshDatabase, redis: FreshRedis | undefined): Promise<Deployment> {
  const options = { messagesPerSecond: 150 };
  const deployment = await Deployment.create({ database, redis, options });
  deployment.meta.faults.nextSend({ kind: 'delay', ms: 60 }, { times: Infinity });
  return deployment;
}

describeOn('postgres', 'a process that gets SIGTERM', (database) => {
  describeEachQueueOfChildren('while it sends', (openRedis) => {
    it('leaves nothing that others would have to wait for', async () => {
      await using deployment = await deploymentOn(await database.create(), await openRedis());
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
});

const postgres = databases.find(({ kind }) => kind === 'postgres');

(postgres?.available ? describe : describeNotRun('postgres'))('processes that get SIGTERM', () => {
  describeEachQueueOfChildren('one after the other', (openRedis) => {
    it('hand over to each other, and nothing is in doubt', async () => {
      if (!postgres) throw new Error('There is no Postgres.');
      await using deployment = await deploymentOn(await postgres.create(), await openRedis());
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
});
