import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';

const LATER = '2099-01-01T09:00:00+01:00';
const LATER_UTC = new Date('2099-01-01T08:00:00Z');

describeEachDatabase('a bulk send for later', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('begins at its time, and not before', async () => {
    const scheduledAt = new Date(Date.now() + 500);
    const bulkSend = await scene.create(recipientsOf(20), { scheduledAt });
    expect(bulkSend).toMatchObject({
      status: 'SCHEDULED',
      waiting: { reason: 'scheduled', until: scheduledAt, message: null },
      scheduledAt,
      startedAt: null,
      counts: { pending: 20 },
    });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', scheduledAt, waiting: null });
    const first = Math.min(...scene.meta.messages.map(({ receivedAt }) => receivedAt.getTime()));
    expect(first).toBeGreaterThanOrEqual(scheduledAt.getTime());
  });

  it('is reported in UTC and kept, whatever was paused meanwhile', async () => {
    const { id, waiting } = await scene.create(recipientsOf(2, 100), { scheduledAt: LATER });
    expect(waiting).toEqual({ reason: 'scheduled', until: LATER_UTC, message: null });
    expect(await scene.bulk.pause(id)).toMatchObject({ status: 'PAUSED', waiting: { reason: 'paused', until: null } });
    expect(await scene.bulk.resume(id)).toMatchObject({ status: 'SCHEDULED', waiting: { until: LATER_UTC } });
    // What is asked for in the meantime is sent.
    await scene.ended(await scene.create(recipientsOf(2, 200)));
    expect(await scene.bulk.get(id)).toMatchObject({ status: 'SCHEDULED', counts: { pending: 2 } });
    expect(await scene.bulk.cancel(id)).toMatchObject({ status: 'CANCELLED', waiting: null });
    expect(await scene.ended({ id })).toMatchObject({ counts: { pending: 0, failed: 2 }, startedAt: null });
  });

  it('begins at once when its time has just passed', async () => {
    const scheduledAt = new Date(Date.now() - 30_000);
    const bulkSend = await scene.create(recipientsOf(2, 300), { scheduledAt });
    expect(bulkSend).toMatchObject({ status: 'QUEUED', scheduledAt });
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
  });
});
