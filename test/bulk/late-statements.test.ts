import { BulkSendEntity } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { ChunkSender } from '../../lib/bulk/send/chunk-sender.js';
import { ThisProcess } from '../../lib/process/this-process.js';
import { repositoryToken } from '../../lib/store/repositories.js';
import { HeldCalls } from '../messages/held-calls.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';

describe('when the database does something after whoever asked for it has given it up', () => {
  let meta: GraphApiServer;
  let calls: HeldCalls;
  let scene: BulkScene;

  beforeEach(async () => {
    meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [{ throughput: Infinity }], templates: Object.values(sampleTemplates) }],
    });
    calls = new HeldCalls();
    // Nothing is sent but what a test has sent.
    const graph = { baseUrl: meta.url, dispatcher: calls.dispatcher };
    scene = await BulkScene.start({ meta, options: { graph, workers: false } });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await calls.close();
    await meta.close();
  });

  const chunks = () => scene.dataSource.getRepository(BulkChunkEntity);
  const bulkSends = () => scene.dataSource.getRepository(BulkSendEntity);
  const processId = () => scene.app.get(ThisProcess).id;

  it('a chunk that this process has taken without knowing is soon free again', async () => {
    const { id: bulkSendId } = await scene.create(recipientsOf(1));
    await chunks().update({ bulkSendId }, { processId: processId(), epoch: 1 });
    await vi.waitFor(async () => expect(await chunks().findOneBy({ bulkSendId })).toMatchObject({ processId: null }), {
      timeout: 30_000,
    });
  });

  it('a bulk send that this process has refused is removed, and its idempotency key is free', async () => {
    const refused = await scene.create(recipientsOf(1), { idempotency: 'key' });
    await bulkSends().update({ id: refused.id }, { status: 'ACCEPTING', acceptedBy: processId() });
    const accepted = await scene.create(recipientsOf(1), { idempotency: 'key' });
    expect(accepted.id).not.toBe(refused.id);
    await bulkSends().update({ id: accepted.id }, { status: 'ACCEPTING', acceptedBy: processId() });
    await vi.waitFor(async () => expect(await bulkSends().count()).toBe(0), { timeout: 30_000 });
  });

  it('a job that comes twice, and gets no answer the second time, drops no chunk that is being sent', async () => {
    const { id: bulkSendId } = await scene.create(recipientsOf(1));
    const { id: chunkId, epoch } = await chunks().findOneByOrFail({ bulkSendId });
    const sender = scene.app.get(ChunkSender);
    const held = calls.next();
    const sent = sender.send({ chunkId, epoch });
    const letGo = await held;
    const own = scene.app.app.get(repositoryToken(BulkChunkEntity), { strict: false });
    const update = vi.spyOn(own, 'update').mockRejectedValueOnce(new Error('Connection terminated'));
    await sender.send({ chunkId, epoch }).catch(() => undefined);
    update.mockRestore();
    expect(await chunks().findOneByOrFail({ bulkSendId })).toMatchObject({ processId: processId(), epoch: epoch + 1 });
    letGo();
    await sent;
    expect(await scene.ended({ id: bulkSendId })).toMatchObject({ status: 'COMPLETED' });
    expect(await chunks().count()).toBe(0);
  });
});
