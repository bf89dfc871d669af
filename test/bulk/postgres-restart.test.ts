import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { builtLibrary } from '../support/built-library.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import {
  canRestart,
  type RestartableServer,
  restartablePostgres,
  restartableRedis,
} from '../support/services/restartable-server.js';
import { Deployment } from './crashes/deployment.js';
import { describeEachQueueOfChildren } from './crashes/each-queue-of-children.js';

// Processes start, and others wait until they count as dead.
vi.setConfig({ testTimeout: 180_000 });

const isThere = canRestart.postgres && databases.some(({ kind, available }) => kind === 'postgres' && available);

/** `fast`: what is under way is broken off in order; `immediate`: as in a crash, whose log is read again at the start. */
const SHUTDOWNS = [
  { shutdown: 'fast', signal: 'SIGINT' },
  { shutdown: 'immediate', signal: 'SIGQUIT' },
] as const;

beforeAll(async () => {
  await builtLibrary();
});

(isThere ? describe : describeNotRun('postgres'))('a bulk send while its Postgres is restarted', () => {
  let server: RestartableServer;

  beforeEach(async () => {
    server = await restartablePostgres();
  });
  afterEach(() => server.stop());

  const database = (): FreshDatabase => ({
    options: { type: 'postgres', url: server.url },
    url: server.url,
    drop: async () => {},
  });

  describeEachQueueOfChildren('while it is sent', (openRedis) => {
    it.each(SHUTDOWNS)('goes on and reaches everybody once, shutdown $shutdown', async ({ signal }) => {
      await using deployment = await Deployment.create({
        database: database(),
        redis: await openRedis(),
        options: { messagesPerSecond: 200, unconfirmedAfter: 2_000 },
      });
      deployment.meta.faults.nextSend({ kind: 'delay', ms: 30 }, { times: Infinity });
      const process = await deployment.start();
      await deployment.create(process, 800);
      for (let times = 1; times <= 2; times += 1) {
        await deployment.more(120);
        await server.restart(signal);
      }
      await deployment.ended();
      // What was on its way had an outcome, which was stored once Postgres was back.
      expect(await deployment.expectTruth()).toBe(0);
      expect(deployment.running).toEqual([process]);
    });
  });

  (canRestart.redis ? describe : describeNotRun('redis'))('and Redis, both for good', () => {
    it('a process still ends when it is asked to', async () => {
      const redis = await restartableRedis();
      await using deployment = await Deployment.create({
        database: database(),
        redis: { url: redis.url, prefix: 'gone' },
        options: { messagesPerSecond: 200, unconfirmedAfter: 2_000 },
      });
      const process = await deployment.start();
      await deployment.create(process, 800);
      await deployment.more(100);
      await Promise.all([redis.stop(), server.stop()]);
      await process.terminate();
      expect(await process.ended).toBe('SIGTERM');
    });
  });
});
