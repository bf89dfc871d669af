import { BulkSendEntity } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { BulkChunks } from '../../lib/bulk/dispatch/chunks.js';
import { UnconfirmedMessages } from '../../lib/bulk/takeover.js';
import { HeldCalls } from '../messages/held-calls.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';

/** Meta's code for a service that is unavailable: the message was not taken, and another try may do. */
const MAY_PASS = 131016;

describeEachDatabase('a call that ends when others have taken over what its process was sending', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let calls: HeldCalls;
  let scene: BulkScene;

  beforeEach(async () => {
    fresh = await database.create();
    const phoneNumbers = [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' }];
    meta = await GraphApiServer.start({ accounts: [{ phoneNumbers, templates: Object.values(sampleTemplates) }] });
    calls = new HeldCalls();
    const graph = { baseUrl: meta.url, dispatcher: calls.dispatcher };
    scene = await BulkScene.start({ meta, database: fresh.options, options: { graph } });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await calls.close();
    await meta.close();
    await fresh.drop();
  });

  /** A bulk send to one person, with a call that is blocked while others take over; it resolves to what unblocks the call. */
  async function takenOver() {
    const held = calls.next();
    const bulkSend = await scene.create(recipientsOf(1));
    const letGo = await held;
    const { id } = await scene.row(bulkSend, 0, ({ status }) => status === 'sending');
    const chunks = scene.dataSource.getRepository(BulkChunkEntity);
    const chunk = await chunks.findOneByOrFail({ bulkSendId: bulkSend.id });
    await scene.app.get(UnconfirmedMessages).mark(bulkSend.id, [id]);
    await scene.app.get(BulkChunks).release(chunk);
    expect(await chunks.count()).toBe(0);
    expect(await scene.reported(bulkSend)).toMatchObject({ counts: { pending: 0, unconfirmed: 1 } });
    return { bulkSend, letGo };
  }

  it('counts when Meta took the message', async () => {
    const { bulkSend, letGo } = await takenOver();
    letGo();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 1, unconfirmed: 0 } });
    expect(meta.sendsTo(phoneOf(0))).toBe(1);
  });

  it('is tried again when Meta did not take the message, and asks for another try', async () => {
    const { bulkSend, letGo } = await takenOver();
    meta.faults.nextSend({ kind: 'error', code: MAY_PASS });
    letGo();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 1, unconfirmed: 0 } });
    expect(await scene.row(bulkSend, 0)).toMatchObject({ status: 'sent', attempt: 2, retries: 1 });
    expect(meta.sendsTo(phoneOf(0))).toBe(1);
  });

  it('is not tried again when the bulk send was cancelled meanwhile', async () => {
    const { bulkSend, letGo } = await takenOver();
    await scene.bulk.cancel(bulkSend.id);
    // All that is certain is over.
    await scene.dataSource.getRepository(BulkSendEntity).update({ id: bulkSend.id }, { completedAt: new Date() });
    meta.faults.nextSend({ kind: 'error', code: MAY_PASS });
    letGo();
    const settled = await scene.until(bulkSend, ({ counts }) => counts.failed === 1);
    expect(settled).toMatchObject({ status: 'CANCELLED', counts: { pending: 0, unconfirmed: 0 } });
    expect(await scene.row(bulkSend, 0)).toMatchObject({ status: 'failed', errorCode: 'CANCELLED' });
    expect(meta.messageCount).toBe(0);
  });
});
