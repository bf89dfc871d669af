import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { BulkScene, digitsOf, phoneOf, recipientOf, recipientsOf } from './bulk-scene.js';
import { describeEachQueue, type OpenQueue } from './each-queue.js';

describeEachDatabase('a bulk send', (database) => {
  describeEachQueue('which is sent', (open) => {
    let fresh: FreshDatabase;
    let queue: OpenQueue;
    let scene: BulkScene;

    beforeAll(async () => {
      fresh = await database.create();
      queue = await open();
      const { imports } = queue;
      scene = await BulkScene.start({ database: fresh.options, imports, options: { queue: queue.queue } });
    });
    afterAll(async () => {
      await scene[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
      await fresh.drop();
    });
    beforeEach(() => scene.meta.clear());

    it('reaches everybody once, each with their own message', async () => {
      const bulkSend = await scene.create(recipientsOf(620));
      const ended = await scene.ended(bulkSend);
      expect(ended).toMatchObject({
        status: 'COMPLETED',
        counts: { pending: 0, unconfirmed: 0, sent: 620, delivered: 0, read: 0, failed: 0 },
        progress: 100,
        errors: [],
        waiting: null,
      });
      expect(scene.meta.messageCount).toBe(620);
      expect(new Set(scene.meta.sendCounts.values())).toEqual(new Set([1]));
      for (const row of await scene.rows(bulkSend)) {
        const [message] = scene.meta.messagesTo(row.recipientPhone);
        expect(row).toMatchObject({ status: 'sent', wamid: message?.id, waId: row.recipientPhone });
        expect(row).toMatchObject({ messageStatus: 'accepted', errorCode: null, nextAttemptAt: null, lapsesAt: null });
        const { to, template, biz_opaque_callback_data: data } = message?.body ?? {};
        const { variables } = recipientOf((row.seq ?? 0) - 1);
        expect(to).toBe(`+${row.recipientPhone}`);
        expect(JSON.stringify(template)).toContain(`"text":"${variables.name}"`);
        // A claim whose slot was missed is given back, and is another attempt.
        expect(data).toMatch(new RegExp(`^[\\w-]+\\.${row.id}\\.${row.attempt}$`));
      }
    });

    it('reports when it was created, began and ended, and leaves no chunk', async () => {
      const bulkSend = await scene.create(recipientsOf(20));
      const { createdAt, startedAt, completedAt, estimatedMinutes } = await scene.ended(bulkSend);
      const times = [createdAt, startedAt, completedAt].map((time) => time?.getTime() ?? NaN);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(estimatedMinutes).toBe(0.1);
      const sentAt = (await scene.rows(bulkSend)).map((row) => row.sentAt?.getTime() ?? NaN);
      expect(Math.min(...sentAt)).toBeGreaterThanOrEqual(times[1] ?? NaN);
      expect(Math.max(...sentAt)).toBeLessThanOrEqual(times[2] ?? NaN);
      await expect.poll(() => scene.stored(), { timeout: 10_000 }).toMatchObject({ chunks: 0 });
    });

    it('is PARTIAL when some messages fail, each with Meta’s words', async () => {
      for (const index of [3, 7]) {
        scene.meta.faults.nextSend(
          { kind: 'error', code: 131026, details: 'Not on WhatsApp.' },
          { recipient: phoneOf(index) },
        );
      }
      scene.meta.faults.nextSend({ kind: 'error', code: 131030 }, { recipient: phoneOf(5) });
      const bulkSend = await scene.create(recipientsOf(10));
      const ended = await scene.ended(bulkSend);
      expect(ended).toMatchObject({ status: 'PARTIAL', counts: { sent: 7, failed: 3, pending: 0 }, progress: 100 });
      expect(ended.errors).toEqual([
        { code: '131026', message: expect.stringContaining('Message undeliverable'), count: 2 },
        { code: '131030', message: expect.stringContaining('131030'), count: 1 },
      ]);
      expect(await scene.row(bulkSend, 3)).toMatchObject({
        status: 'failed',
        errorCode: '131026',
        errorMessage: expect.stringContaining('131026'),
        errorDetails: 'Not on WhatsApp.',
        errorTraceId: expect.stringMatching(/^A/),
        failedAt: expect.any(Date),
        sentAt: null,
        wamid: null,
      });
      expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
      expect(scene.meta.sendsTo(phoneOf(3))).toBe(0);
    });

    it('is FAILED when all messages fail', async () => {
      scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { times: 4 });
      const bulkSend = await scene.create(recipientsOf(4));
      expect(await scene.ended(bulkSend)).toMatchObject({ status: 'FAILED', counts: { failed: 4, sent: 0 } });
      expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
    });

    it('goes on with others at the same time', async () => {
      const sends = await Promise.all([0, 1, 2, 3].map((send) => scene.create(recipientsOf(60, send * 60))));
      for (const bulkSend of sends) expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
      expect(scene.meta.messageCount).toBe(240);
      expect(scene.meta.sendsTo(digitsOf(239))).toBe(1);
    });
  });
});
