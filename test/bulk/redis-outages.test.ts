import { randomBytes } from 'node:crypto';
import { MessageEntity } from 'nestjs-whatsapp';
import { In } from 'typeorm';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { builtLibrary } from '../support/built-library.js';
import { databases } from '../support/databases.js';
import { describeWithRedis } from '../support/redis.js';
import { describeNotRun } from '../support/services/not-run.js';
import { canRestart, type RestartableServer, restartableRedis } from '../support/services/restartable-server.js';
import { Deployment } from './crashes/deployment.js';

// Processes start, and others wait until they count as dead.
vi.setConfig({ testTimeout: 180_000 });

const postgres = databases.find(({ kind }) => kind === 'postgres');
const options = { messagesPerSecond: 200 };

beforeAll(async () => {
  await builtLibrary();
});

(postgres?.available ? describe : describeNotRun('postgres'))('a bulk send with Postgres and Bull', () => {
  describeWithRedis('goes on by itself, and reaches everybody once', (redis) => {
    it('when Redis forgets everything, again and again', async () => {
      if (!postgres) throw new Error('There is no Postgres.');
      const fresh = await redis.create();
      await using deployment = await Deployment.create({ database: await postgres.create(), redis: fresh, options });
      const [one] = await Promise.all([deployment.start(), deployment.start()]);
      await deployment.create(one, 900);
      for (let times = 1; times <= 5; times += 1) {
        await deployment.more(100);
        await fresh.flush();
      }
      await deployment.ended();
      expect(await deployment.expectTruth()).toBe(0);
      expect(deployment.running).toHaveLength(2);
    });

    (canRestart.redis ? describe : describeNotRun('redis'))('when Redis', () => {
      let server: RestartableServer;
      let deployment: Deployment;

      beforeEach(async () => {
        if (!postgres) throw new Error('There is no Postgres.');
        server = await restartableRedis();
        const own = { url: server.url, prefix: randomBytes(4).toString('hex') };
        deployment = await Deployment.create({ database: await postgres.create(), redis: own, options });
      });
      afterEach(async () => {
        await deployment[Symbol.asyncDispose]();
        await server.stop();
      });

      it.each(['SIGKILL', 'SIGTERM'] as const)('is restarted after %s', async (signal) => {
        const [one] = await Promise.all([deployment.start(), deployment.start()]);
        await deployment.create(one, 900);
        await deployment.more(150);
        await server.restart(signal);
        await deployment.more(150);
        await server.restart(signal);
        await deployment.ended();
        expect(await deployment.expectTruth()).toBe(0);
        expect(deployment.running).toHaveLength(2);
      });

      it('is away for good, a process still ends when it is asked to, and leaves nothing in doubt', async () => {
        const process = await deployment.start();
        await deployment.create(process, 400);
        await deployment.more(100);
        await server.stop();
        await process.terminate();
        const messages = deployment.dataSource.getRepository(MessageEntity);
        expect(await messages.countBy({ status: In(['sending', 'unconfirmed', 'failed']) })).toBe(0);
        expect(await messages.countBy({ status: 'sent' })).toBe(deployment.meta.messageCount);
      });

      it('was away when a process started', async () => {
        const back = server.restart('SIGKILL');
        const process = await deployment.start();
        await deployment.create(process, 100);
        await back;
        await deployment.ended();
        expect(await deployment.expectTruth()).toBe(0);
      });
    });
  });
});
