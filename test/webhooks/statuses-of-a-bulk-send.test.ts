import { GraphApiServer, sampleTemplates, type WebhookCounts, type WebhookStep } from 'nestjs-whatsapp/testing';
import { expect, it, vi } from 'vitest';
import { BulkScene, recipientsOf } from '../bulk/bulk-scene.js';
import { describeOn } from '../support/databases.js';
import { optionsFor } from '../support/test-app.js';

vi.setConfig({ testTimeout: 180_000 });

const RECIPIENTS = 5_000;

const UNLIMITED_ACCOUNT = {
  phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' }],
  templates: Object.values(sampleTemplates),
};

/** What becomes of every tenth message after it was accepted, in turn. */
const COURSES: readonly (readonly WebhookStep[])[] = [
  ['sent'],
  ['sent', 'delivered'],
  ['delivered', 'read'],
  ['read'],
  ['sent', 'delivered', 'read'],
  ['sent', { status: 'failed', code: 131026 }],
  [{ status: 'failed', code: 131049 }],
  ['sent', 'delivered', 'read'],
  ['sent', 'delivered'],
  [{ status: 'failed', code: 131026 }, 'delivered'],
];

/** What the stand-in has reported of `RECIPIENTS` messages. */
const TOLD: WebhookCounts['steps'] = { sent: 3_000, delivered: 3_000, read: 2_000, failed: 1_500 };

describeOn('postgres', 'a bulk send whose statuses come in while it is sent', (database) => {
  it('ends with the counters that Meta reported, though many overtake the answers, come twice and in any order', async () => {
    const fresh = await database.create();
    const meta = await GraphApiServer.start({ accounts: [UNLIMITED_ACCOUNT] });
    const { accounts = [], ...options } = optionsFor(meta);
    const signed = accounts.map((account) => ({ ...account, appSecret: meta.appSecret }));
    // Everything shares one process here: an answer may take its time.
    const graph = { baseUrl: meta.url, connectTimeout: 60_000, responseTimeout: 60_000 };
    const scene = await BulkScene.start({
      meta,
      database: fresh.options,
      options: { ...options, graph, accounts: signed, surfaces: { webhook: true }, webhook: { verifyToken: 'token' } },
    });
    let accepted = 0;
    meta.webhooks = {
      url: `${scene.app.url}/whatsapp/webhook`,
      statuses: () => COURSES[accepted++ % COURSES.length] ?? [],
      doubled: 0.2,
      shuffled: true,
    };
    const bulkSend = await scene.create(recipientsOf(RECIPIENTS));
    await scene.ended(bulkSend);
    await expect.poll(() => meta.webhookCounts, { timeout: 60_000 }).toMatchObject({ pending: 0, dropped: 0 });

    expect(meta.webhookCounts.steps).toEqual(TOLD);
    const { status, counts, errors } = await scene.bulk.get(bulkSend.id);
    expect({ status, counts }).toEqual({
      status: 'PARTIAL',
      counts: { pending: 0, unconfirmed: 0, sent: 4_000, delivered: 3_500, read: 2_000, failed: 1_000 },
    });
    expect(errors).toMatchObject([
      { code: '131026', count: 500 },
      { code: '131049', count: 500 },
    ]);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
    // Where a webhook overtook the answer, it may still be written.
    await scene.untilNobodySends();
    const rows = await scene.rows(bulkSend);
    expect(rows.filter(({ wamid, waId, messageStatus }) => !wamid || !waId || !messageStatus)).toHaveLength(0);
    expect(await scene.recount(bulkSend)).toEqual(await scene.reported(bulkSend));
    expect(new Set(meta.sendCounts.values())).toEqual(new Set([1]));
    await scene[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
});
