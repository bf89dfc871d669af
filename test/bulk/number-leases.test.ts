import { beforeAll, describe, expect, it, vi } from 'vitest';
import { NumberLeaseEntity } from '../../lib/queue/number-lease.entity.js';
import { builtLibrary } from '../support/built-library.js';
import { databases } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import { Deployment } from './crashes/deployment.js';

// Processes start, and others wait until they count as dead.
vi.setConfig({ testTimeout: 180_000 });

const PACE = 40;

const postgres = databases.find(({ kind }) => kind === 'postgres');

beforeAll(async () => {
  await builtLibrary();
});

(postgres?.available ? describe : describeNotRun('postgres'))('two processes with a queue of their own each', () => {
  it('keep the pace of their number together, also when one takes over from the other', async () => {
    if (!postgres) throw new Error('There is no Postgres.');
    await using deployment = await Deployment.create({
      database: await postgres.create(),
      phoneNumber: { throughput: PACE },
      options: { messagesPerSecond: PACE, unconfirmedAfter: 2_000 },
    });
    const { meta } = deployment;
    const [one, other] = await Promise.all([deployment.start(), deployment.start()]);
    await deployment.create(one, 200);
    await deployment.create(other, 200);
    await deployment.more(120);
    const leases = deployment.dataSource.getRepository(NumberLeaseEntity);
    expect(await leases.find()).toEqual([{ phoneNumberId: meta.phoneNumber.id, processId: expect.any(String) }]);
    await one.kill();
    await deployment.start();
    await deployment.ended();
    await deployment.expectTruth();
    expect([...meta.refusals]).toEqual([]);
    expect(meta.busiestSecond(meta.phoneNumber.id)).toBeLessThanOrEqual(PACE);
  });
});
