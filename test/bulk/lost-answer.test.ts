import { MessageEntity } from 'nestjs-whatsapp';
import { describe, expect, it, vi } from 'vitest';
import { migratedDatabase } from '../database/open-database.js';
import { databases } from '../support/databases.js';
import { describeNotRun } from '../support/services/not-run.js';
import { BulkScene, phoneOf, recipientsOf } from './bulk-scene.js';
import { CutProxy } from './crashes/cut-proxy.js';

const postgres = databases.find(({ kind }) => kind === 'postgres');

(postgres?.available ? describe : describeNotRun('postgres'))('when the answer of Postgres gets lost', () => {
  /** Has a statement done, without the process ever hearing so. */
  async function losing(words: string, isDone: (rows: readonly MessageEntity[]) => boolean): Promise<void> {
    if (!postgres) throw new Error('There is no Postgres.');
    const fresh = await postgres.create();
    const observer = await migratedDatabase(fresh);
    await using proxy = await CutProxy.start(fresh.url);
    await using scene = await BulkScene.start({ database: { type: 'postgres', url: proxy.url } });
    const lost = proxy.holdAnswers(words);
    const bulkSend = await scene.create(recipientsOf(10));
    await lost;
    await vi.waitFor(async () => {
      const rows = await observer.getRepository(MessageEntity).find();
      if (!isDone(rows)) throw new Error('It is not done yet.');
    });
    proxy.cut();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 10 } });
    for (let index = 0; index < 10; index += 1) expect(scene.meta.sendsTo(phoneOf(index))).toBe(1);
    expect(await scene.recount(bulkSend)).toEqual(await scene.told(bulkSend));
    await observer.destroy();
  }

  it('to a claim, the messages are sent, and none is in doubt', async () => {
    await losing('"attempt" =', (rows) => rows.some(({ status }) => status === 'sending'));
  });

  it('to what became of the calls, it is written down again, and counts once', async () => {
    await losing('"wamid" =', (rows) => rows.some(({ wamid }) => wamid !== null));
  });
});
