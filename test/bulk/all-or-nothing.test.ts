import { BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import { LessThanOrEqual } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RecipientRows } from '../../lib/bulk/accept/recipient-rows.js';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { Gate, gated } from './gate.js';

function* brokenAfter(count: number) {
  yield* recipientsOf(count);
  throw new Error('The file ended too soon.');
}

/** Not all of those that were read, for they are stored many at a time. */
const SOME: unknown = expect.toSatisfy((messages) => messages > 0 && messages <= 1_500);

const NOTHING = { bulkSends: 0, messages: 0, chunks: 0 };

describeEachDatabase('a bulk send that is being accepted', (database) => {
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

  const theOne = () => scene.dataSource.getRepository(BulkSendEntity).findOneByOrFail({});

  it('is visible to no reader until it is whole, and is sent then', async () => {
    const gate = new Gate();
    const created = scene.create(gated(recipientsOf(1_501), 1_500, gate));
    await gate.reached;
    expect(await scene.stored()).toEqual({ bulkSends: 1, messages: SOME, chunks: 0 });
    const { id } = await theOne();
    await expect(scene.bulk.get(id)).rejects.toMatchObject({ code: 'BULK_SEND_NOT_FOUND' });
    await expect(scene.bulk.messages(id)).rejects.toMatchObject({ code: 'BULK_SEND_NOT_FOUND' });
    await expect(scene.bulk.cancel(id)).rejects.toMatchObject({ code: 'BULK_SEND_NOT_FOUND' });
    expect(await scene.bulk.list()).toEqual({ items: [], total: 0 });
    expect(scene.meta.messageCount).toBe(0);
    gate.open();
    expect(await created).toMatchObject({ id, uniqueRecipients: 1_501 });
    await scene.meta.waitForMessages(1, 30_000);
  });

  it('leaves nothing when its iterator throws', async () => {
    await expect(scene.create(brokenAfter(2_500))).rejects.toThrow('The file ended too soon.');
    expect(await scene.stored()).toEqual(NOTHING);
  });

  it('leaves nothing when it is refused, however late', async () => {
    await expect(scene.create([...recipientsOf(2_400), { phone: '1' }])).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
    await expect(scene.create(recipientsOf(2_100), { maxRecipients: 2_099 })).rejects.toMatchObject({
      code: 'TOO_MANY_RECIPIENTS',
    });
    await expect(scene.create([])).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(await scene.stored()).toEqual(NOTHING);
    expect(scene.meta.messageCount).toBe(0);
  });

  it('leaves nothing when its process dies, nor when that was only taken for dead', async () => {
    const gate = new Gate();
    const created = scene.create(gated(recipientsOf(2_001), 1_500, gate)).catch((error: unknown) => error);
    await gate.reached;
    const { acceptedBy } = await theOne();
    await using other = await BulkScene.start({ meta: scene.meta, database: fresh.options });
    expect(await other.stored()).toEqual({ bulkSends: 1, messages: SOME, chunks: 0 });
    await scene.dataSource.getRepository(ProcessEntity).delete({ id: acceptedBy });
    await vi.waitFor(async () => expect(await other.stored()).toEqual(NOTHING), { timeout: 20_000 });
    // As if it ended before it could remove what it stores from now on.
    vi.spyOn(scene.app.get(RecipientRows), 'remove').mockResolvedValue(true);
    gate.open();
    expect(await created).toMatchObject({ message: expect.stringContaining('removed while') });
    expect(await other.stored()).toEqual(NOTHING);
    expect(scene.meta.messageCount).toBe(0);
  });
});

describe('what a bulk send left that was refused', () => {
  it('is removed also where an earlier removal was broken off', async () => {
    await using scene = await BulkScene.start();
    const gate = new Gate();
    const wrong = [...recipientsOf(6_000), { phone: '1' }];
    const created = scene.create(gated(wrong, 6_000, gate)).catch((error: unknown) => error);
    await gate.reached;
    await scene.dataSource.getRepository(MessageEntity).delete({ seq: LessThanOrEqual(5_500) });
    gate.open();
    expect(await created).toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(await scene.stored()).toEqual(NOTHING);
  });
});
