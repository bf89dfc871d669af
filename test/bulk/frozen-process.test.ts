import { beforeAll, describe, expect, it } from 'vitest';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';
import { describeEachQueueOfChildren, type OpensRedis } from './crashes/each-queue-of-children.js';

const DRILL_MS = 240_000;
const RECIPIENTS = 450;

const postgres = databases.find(({ kind }) => kind === 'postgres');

/** Ends what the frozen process holds in the database, as the database's own `idle_in_transaction_session_timeout` does. */
async function cutOffTransactions({ dataSource }: Deployment): Promise<void> {
  await dataSource.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
  );
}

/**
 * Freezes the process that sends, lets another take over, and lets the first go on in the middle of that.
 * @returns how many messages are in doubt in the end, and how many processes run
 */
async function freezeAndThaw(openRedis: OpensRedis): Promise<{ inDoubt: number; running: number }> {
  if (!postgres) throw new Error('There is no Postgres.');
  await using deployment = await Deployment.create({
    database: await postgres.create(),
    redis: await openRedis(),
    options: { messagesPerSecond: 60, unconfirmedAfter: 2_000 },
  });
  deployment.meta.faults.nextSend({ kind: 'delay', ms: 100 }, { times: Infinity });
  const frozen = await deployment.start();
  await deployment.create(frozen, RECIPIENTS);
  await deployment.more(30);
  frozen.freeze();
  await cutOffTransactions(deployment);
  await deployment.start();
  const processes = deployment.dataSource.getRepository(ProcessEntity);
  await deployment.until('The frozen process is taken for dead', async () => (await processes.count()) === 1);
  await deployment.more(1);
  frozen.thaw();
  await deployment.ended();
  const inDoubt = await deployment.expectTruth();
  return { inDoubt, running: deployment.running.length };
}

beforeAll(async () => {
  await builtLibrary();
});

(postgres?.available ? describe.concurrent : describeNotRun('postgres'))('a process that was frozen', () => {
  describeEachQueueOfChildren('while it sent', (openRedis) => {
    it(
      'sends nothing that another sends meanwhile',
      async () => {
        const { inDoubt, running } = await freezeAndThaw(openRedis);
        expect(inDoubt).toBeLessThan(RECIPIENTS / 2);
        expect(running).toBe(2);
      },
      DRILL_MS,
    );
  });
});
