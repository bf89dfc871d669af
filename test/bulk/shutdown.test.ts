import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { describeEachQueue, type OpenQueue } from './each-queue.js';
import { busyMeta } from './under-load.js';

describeOn('postgres', 'a process that is asked to end', (database) => {
  describeEachQueue('while it sends', (open) => {
    let fresh: FreshDatabase;
    let queue: OpenQueue;
    let meta: GraphApiServer;

    beforeEach(async () => {
      fresh = await database.create();
      queue = await open();
      meta = await busyMeta();
    });
    afterEach(async () => {
      await meta.close();
      await queue[Symbol.asyncDispose]();
      await fresh.drop();
    });

    const start = () => {
      const options = { queue: queue.queue, messagesPerSecond: 300 };
      return BulkScene.start({ meta, database: fresh.options, imports: queue.imports, options });
    };

    it('leaves nothing in doubt, and the next one goes on at once', async () => {
      const ending = await start();
      const bulkSend = await ending.create(recipientsOf(300));
      await ending.until(bulkSend, ({ counts }) => counts.sent > 30);
      await ending[Symbol.asyncDispose]();
      const received = meta.messageCount;
      expect(received).toBeLessThan(300);

      await using next = await start();
      const { unconfirmed, sent, failed } = (await next.bulk.get(bulkSend.id)).counts;
      expect({ unconfirmed, failed }).toEqual({ unconfirmed: 0, failed: 0 });
      expect(sent).toBeGreaterThanOrEqual(received);
      expect(await next.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: 300 } });
      expect(meta.sendCounts.size).toBe(300);
      expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
      expect(await next.recount(bulkSend)).toEqual(await next.reported(bulkSend));
    });
  });
});
