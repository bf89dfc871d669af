import { BulkSendEntity, IDEMPOTENCY_KEY_LIFETIME } from 'nestjs-whatsapp';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, phoneOf, recipientOf, recipientsOf } from './bulk-scene.js';
import { Gate, gated } from './gate.js';

const KEY = { idempotency: 'newsletter-1' };
function* broken() {
  yield* recipientsOf(1);
  throw new Error('Broken off.');
}

const CONFLICT = { code: 'IDEMPOTENCY_CONFLICT' };

describeEachDatabase('the idempotency key of a bulk send', (database) => {
  let fresh: FreshDatabase;
  let scene: BulkScene;

  beforeEach(async () => {
    fresh = await database.create();
    scene = await BulkScene.start({ database: fresh.options });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const bulkSends = () => scene.dataSource.getRepository(BulkSendEntity);

  it('answers the same request with the same bulk send, and nothing is sent twice', async () => {
    const first = await scene.create(recipientsOf(3), KEY);
    await scene.ended(first);
    const again = await scene.create(new Set(recipientsOf(3)), { ...KEY, apiKeyName: 'Renamed' });
    expect(again).toMatchObject({ id: first.id, status: 'COMPLETED', counts: { sent: 3 } });
    expect(await scene.stored()).toMatchObject({ bulkSends: 1, messages: 3 });
    expect([...scene.meta.sendCounts.values()]).toEqual([1, 1, 1]);
    expect(await scene.create(recipientsOf(3), { idempotency: 'newsletter-2' })).not.toMatchObject({ id: first.id });
  });

  it('belongs to what was asked for', async () => {
    const first = await scene.create(recipientsOf(3), KEY);
    const other = { ...recipientOf(2), variables: { name: 'Someone else', company: 'Mi Empresa' } };
    for (const recipients of [recipientsOf(2), recipientsOf(4), [...recipientsOf(2), other]]) {
      await expect(scene.create(recipients, KEY)).rejects.toMatchObject(CONFLICT);
    }
    await expect(scene.create(recipientsOf(3), { ...KEY, name: 'Another' })).rejects.toMatchObject(CONFLICT);
    await expect(scene.create(recipientsOf(3), { ...KEY, scheduledAt: '2099-01-01T00:00:00Z' })).rejects.toMatchObject(
      CONFLICT,
    );
    expect(await scene.create(recipientsOf(3), KEY)).toMatchObject({ id: first.id });
    expect(await bulkSends().count()).toBe(1);
  });

  it('is in use while its request is running', async () => {
    const gate = new Gate();
    const running = scene.create(gated(recipientsOf(3), 2, gate), KEY);
    await gate.reached;
    await expect(scene.create(recipientsOf(3), KEY)).rejects.toMatchObject({
      ...CONFLICT,
      message: expect.stringContaining('still running'),
    });
    gate.open();
    const { id } = await running;
    expect(await scene.create(recipientsOf(3), KEY)).toMatchObject({ id });
  });

  it('makes one bulk send, however many ask for it at the same time', async () => {
    const asked = await Promise.allSettled(Array.from({ length: 8 }, () => scene.create(recipientsOf(3), KEY)));
    const ids = asked.flatMap((result) => (result.status === 'fulfilled' ? [result.value.id] : []));
    const errors = asked.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    expect(new Set(ids).size).toBe(1);
    for (const error of errors) expect(error).toMatchObject(CONFLICT);
    expect(await scene.ended({ id: ids[0] ?? '' })).toMatchObject({ counts: { sent: 3 } });
    expect([...scene.meta.sendCounts.values()]).toEqual([1, 1, 1]);
  });

  it('is free again when its request was refused', async () => {
    await expect(scene.create([{ phone: '1' }], KEY)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(scene.create(broken(), KEY)).rejects.toThrow('Broken off.');
    await expect(scene.create(recipientsOf(2), { ...KEY, maxRecipients: 1 })).rejects.toMatchObject({
      code: 'TOO_MANY_RECIPIENTS',
    });
    expect(await scene.create(recipientsOf(1), KEY)).toMatchObject({ uniqueRecipients: 1 });
  });

  it('is free again when its process died, and what that had stored is gone', async () => {
    const gate = new Gate();
    const lost = scene.create(gated(recipientsOf(1_500), 1_200, gate), KEY).catch((error: unknown) => error);
    await gate.reached;
    const { id, acceptedBy } = await bulkSends().findOneByOrFail({});
    await using other = await BulkScene.start({ meta: scene.meta, database: fresh.options });
    await scene.dataSource.getRepository(ProcessEntity).delete({ id: acceptedBy });
    const bulkSend = await other.create(recipientsOf(2), KEY);
    expect(bulkSend.id).not.toBe(id);
    // It was not dead after all.
    gate.open();
    expect(await lost).toBeInstanceOf(Error);
    await other.ended(bulkSend);
    expect(await other.stored()).toMatchObject({ bulkSends: 1, messages: 2 });
    expect(scene.meta.sendsTo(phoneOf(0))).toBe(1);
  });

  it('counts for a day', async () => {
    const first = await scene.create(recipientsOf(1), KEY);
    await scene.ended(first);
    const age = (ms: number) => bulkSends().update({ id: first.id }, { createdAt: new Date(Date.now() - ms) });
    await age(IDEMPOTENCY_KEY_LIFETIME - 60_000);
    expect(await scene.create(recipientsOf(1), KEY)).toMatchObject({ id: first.id });
    await age(IDEMPOTENCY_KEY_LIFETIME);
    const second = await scene.create(recipientsOf(1), KEY);
    expect(second.id).not.toBe(first.id);
    expect(await scene.create(recipientsOf(1), KEY)).toMatchObject({ id: second.id });
  });
});
