import { beforeAll, describe, expect, it } from 'vitest';
import { ProcessEntity } from '../../lib/processes/process.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases } from '../support/databases.js';
import { redis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';

const DRILL_MS = 240_000;

const postgres = databases.find(({ kind }) => kind === 'postgres');

/** Ends what the frozen process holds in the database, as the database's own `idle_in_transaction_session_timeout` does. */
async function cutOffTransactions({ dataSource }: Deployment): Promise<void> {
  await dataSource.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'",
  );
}

/** Freezes the process that sends, lets another take over, and lets the first go on in the middle of that. */
async function freezeAndThaw(withBull: boolean): Promise<{ inDoubt: number; running: number }> {
  if (!postgres) throw new Error('There is no Postgres.');
  await using deployment = await Deployment.create({
    database: await postgres.create(),
    redis: withBull ? await redis.create() : undefined,
    options: { messagesPerSecond: 60, unconfirmedAfter: 2_000 },
  });
  deployment.meta.faults.nextSend({ kind: 'delay', ms: 100 }, { times: Infinity });
  const frozen = await deployment.start();
  await deployment.create(frozen, 450);
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
  it(
    'sends nothing that another sends meanwhile, with the queue in the process',
    async () => {
      const { inDoubt, running } = await freezeAndThaw(false);
      expect(inDoubt).toBeLessThan(200);
      expect(running).toBe(2);
    },
    DRILL_MS,
  );

  (redis.available ? describe.concurrent : describeNotRun('redis'))('with Bull', () => {
    it(
      'sends nothing that another sends meanwhile',
      async () => {
        const { inDoubt, running } = await freezeAndThaw(true);
        expect(inDoubt).toBeLessThan(200);
        expect(running).toBe(2);
      },
      DRILL_MS,
    );
  });
});
