import { BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BulkChunkEntity } from '../../lib/bulk/bulk-chunk.entity.js';
import { migratedDatabase } from '../store/open-database.js';
import { databases, type FreshDatabase } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';
import { CutProxy } from './crashes/cut-proxy.js';

const RECIPIENTS = 10;

const postgres = databases.find(({ kind }) => kind === 'postgres');

(postgres?.available ? describe : describeNotRun('postgres'))('when the answer of Postgres gets lost', () => {
  let fresh: FreshDatabase;
  let observer: DataSource;
  let proxy: CutProxy;
  let scene: BulkScene;

  beforeEach(async () => {
    if (!postgres) throw new Error('There is no Postgres.');
    fresh = await postgres.create();
    observer = await migratedDatabase(fresh);
    proxy = await CutProxy.start(fresh.url);
    scene = await BulkScene.start({ database: { type: 'postgres', url: proxy.url } });
  });
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await observer.destroy();
    await fresh.drop();
  });

  /** Breaks the connections once a statement is done and its answer is still withheld. */
  async function cutOnce(isDone: () => Promise<boolean>): Promise<void> {
    await vi.waitFor(async () => expect(await isDone()).toBe(true));
    proxy.cut();
  }

  const hasMessage = (status: MessageEntity['status']) => observer.getRepository(MessageEntity).existsBy({ status });

  it.each([
    {
      what: 'the taking of a chunk',
      words: ['"whatsapp_bulk_chunks" SET "process_id"'],
      isDone: () => observer.getRepository(BulkChunkEntity).existsBy({ epoch: 1 }),
    },
    { what: 'a claim', words: ['"attempt" ='], isDone: () => hasMessage('sending') },
    { what: 'the outcomes of the calls', words: ['"wamid" =', 'COMMIT'], isDone: () => hasMessage('sent') },
  ])('to $what, it goes on, and everybody gets their message once', async ({ words, isDone }) => {
    const held = proxy.holdAnswers(...words);
    const bulkSend = await scene.create(recipientsOf(RECIPIENTS));
    await held;
    await cutOnce(isDone);
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: RECIPIENTS } });
    for (let index = 0; index < RECIPIENTS; index += 1) expect(scene.meta.sendsTo(phoneOf(index))).toBe(1);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it('to its acceptance, it is accepted all the same', async () => {
    const held = proxy.holdAnswers('"unique_recipients" =', 'COMMIT');
    const accepted = scene.create(recipientsOf(RECIPIENTS));
    await held;
    await cutOnce(() => observer.getRepository(BulkSendEntity).existsBy({ uniqueRecipients: RECIPIENTS }));
    const bulkSend = await accepted;
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: RECIPIENTS } });
    expect(scene.meta.sendCounts.size).toBe(RECIPIENTS);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
  });

  it.each([
    {
      what: 'its first row',
      words: ['INSERT INTO "whatsapp_bulk_sends"'],
      isDone: () => observer.getRepository(BulkSendEntity).existsBy({ status: 'ACCEPTING' }),
    },
    {
      what: 'its recipients',
      words: ['INSERT INTO "whatsapp_messages"', 'COMMIT'],
      isDone: () => hasMessage('pending'),
    },
  ])('to $what, nothing is left of it, and its idempotency key is free', async ({ words, isDone }) => {
    const create = () => scene.create(recipientsOf(RECIPIENTS), { idempotency: 'key' });
    const held = proxy.holdAnswers(...words);
    const refused = create().catch((error: unknown) => error);
    await held;
    await cutOnce(isDone);
    expect(await refused).toBeInstanceOf(Error);
    await vi.waitFor(async () => expect(await scene.stored()).toEqual({ bulkSends: 0, messages: 0, chunks: 0 }));
    expect(await scene.ended(await create())).toMatchObject({ status: 'COMPLETED', counts: { sent: RECIPIENTS } });
    expect(scene.meta.messageCount).toBe(RECIPIENTS);
  });
});
