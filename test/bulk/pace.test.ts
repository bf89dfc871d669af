import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { expect, it } from 'vitest';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { describeEachQueue } from './each-queue.js';

// A tenth more than the 80 that the number has by its level: here a stall of the machine, or of this process, which is the
// stand-in's too, makes late messages meet those that are on time.
const STANDARD = { throughputLevel: 'STANDARD', throughput: 88, messagingLimit: 'TIER_UNLIMITED' };

describeEachQueue('the pace of a number', (open) => {
  it('is never over what Meta allows, with several bulk sends at once', { retry: 2 }, async () => {
    await using queue = await open();
    const options = { queue: queue.queue, messagesPerSecond: undefined };
    const meta = { accounts: [{ phoneNumbers: [STANDARD], templates: Object.values(sampleTemplates) }] };
    await using scene = await BulkScene.start({ meta, imports: queue.imports, options });
    const sends = await Promise.all([0, 1, 2].map((send) => scene.create(recipientsOf(100, send * 100))));
    for (const bulkSend of sends) expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED' });
    expect(scene.meta.refusals.size).toBe(0);
    // And not far below either.
    expect(scene.meta.busiestSecond(scene.meta.phoneNumber.id)).toBeGreaterThan(40);
  });
});
