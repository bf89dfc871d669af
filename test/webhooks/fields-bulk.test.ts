import type { BulkSend } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { BulkScene, recipientsOf } from '../bulk/bulk-scene.js';
import { optionsFor } from '../support/test-app.js';

let scene: BulkScene;
let meta: GraphApiServer;
afterEach(async () => {
  await scene[Symbol.asyncDispose]();
  await meta.close();
});

/** An app to which the stand-in posts what changes there. */
async function start(number: { messagingLimit?: string } = {}): Promise<void> {
  meta = await GraphApiServer.start({
    accounts: [
      {
        phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED', ...number }],
        templates: Object.values(sampleTemplates),
      },
    ],
  });
  const { accounts = [] } = optionsFor(meta);
  scene = await BulkScene.start({
    meta,
    options: {
      accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
      surfaces: { webhook: true },
      webhook: { verifyToken: 'ours' },
      messagesPerSecond: 100,
    },
  });
  meta.webhooks = { url: `${scene.app.url}/whatsapp/webhook`, statuses: [] };
}

const isWaiting = ({ status, waiting }: BulkSend) => status === 'PAUSED' && waiting?.reason === 'template_paused';

describe('a bulk send', () => {
  it('is paused with its template and goes on when Meta reinstates it', async () => {
    await start();
    const { name, language } = sampleTemplates.named;
    const template = meta.account.template(name, language);
    if (!template) throw new Error('The template is missing.');
    const bulkSend = await scene.create(recipientsOf(300));
    await meta.waitForMessages(20);
    template.status = 'PAUSED';
    const paused = await scene.until(bulkSend, isWaiting);
    // By the webhook, or by the refusal of a call that was under way.
    expect(paused.waiting?.message).toMatch(/is PAUSED|has paused/);
    await scene.untilNobodySends();
    expect(meta.messageCount).toBeLessThan(300);
    template.status = 'APPROVED';
    const ended = await scene.ended(bulkSend);
    expect([ended.status, ended.counts.sent, meta.messageCount]).toEqual(['COMPLETED', 300, 300]);
  });

  it('that waits for the messaging limit goes on at once when it is raised', async () => {
    await start({ messagingLimit: 'TIER_250' });
    const bulkSend = await scene.create(recipientsOf(300));
    await scene.until(bulkSend, ({ waiting }) => waiting?.reason === 'quota');
    meta.phoneNumber.messagingLimit = 'TIER_2K';
    const ended = await scene.ended(bulkSend);
    expect([ended.status, ended.counts.sent]).toEqual(['COMPLETED', 300]);
  });
});
