import { CostsService, MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer, type Rate, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { welcome } from '../messages/template-inputs.js';
import { optionsFor, TestApp } from '../support/test-app.js';

const RATES: readonly Rate[] = [
  { market: 'AR', category: 'marketing', price: '0.0618' },
  { market: 'BR', category: 'marketing', price: '0.0625' },
];

describe('costs next to Meta’s', () => {
  let meta: GraphApiServer;
  let app: TestApp;
  let costs: CostsService;

  beforeAll(async () => {
    const account = { templates: Object.values(sampleTemplates), phoneNumbers: [{}], rateCard: { rates: RATES } };
    meta = await GraphApiServer.start({ accounts: [account] });
    const { accounts = [], ...options } = optionsFor(meta);
    const ours = RATES.map((rate) => ({ ...rate, validFrom: '2026-01-01', currency: 'USD' }));
    app = await TestApp.start({
      meta,
      options: {
        ...options,
        accounts: accounts.map((own) => ({ ...own, appSecret: meta.appSecret })),
        surfaces: { webhook: true },
        webhook: { verifyToken: 'token' },
        costs: { rateCard: ours },
      },
    });
    meta.webhooks = { url: `${app.url}/whatsapp/webhook` };
    costs = app.get(CostsService);
    for (const to of ['+5491112345678', '+5491112345679', '+5511987654321']) {
      await app.get(MessagesService).sendTemplate(welcome({ to }));
    }
    await app
      .get(MessagesService)
      .sendText({ to: '+5491112345678', text: { body: 'Hello' } })
      .catch(() => undefined);
    await vi.waitUntil(() => meta.webhookCounts.pending === 0, { timeout: 20_000 });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });

  it('are the same where all messages are sent by this module', async () => {
    const { id: businessAccountId } = meta.account;
    const { rows, total, currency } = await costs.compareWithMeta({ businessAccountId });
    expect(currency).toBe('USD');
    const none = { messages: 0, amount: '0.00' };
    for (const { ours, meta: theirs, difference } of rows) {
      expect(difference).toEqual(none);
      expect(ours).toEqual(theirs);
    }
    expect(rows.filter(({ category }) => category === 'marketing')).toEqual([
      expect.objectContaining({ country: 'AR', type: 'regular', ours: { messages: 2, amount: '0.1236' } }),
      expect.objectContaining({ country: 'BR', type: 'regular', ours: { messages: 1, amount: '0.0625' } }),
    ]);
    expect(total.ours.amount).toBe('0.1861');
  });

  it('have what other apps sent in the difference', async () => {
    const { id: businessAccountId, phoneNumbers } = meta.account;
    const [number] = phoneNumbers;
    const body = { messaging_product: 'whatsapp', to: '+5511987654321', type: 'template', template: other };
    await fetch(`${meta.url}/v25.0/${number?.id}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${meta.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await vi.waitUntil(() => meta.webhookCounts.pending === 0, { timeout: 20_000 });
    const { rows, total } = await costs.compareWithMeta({ businessAccountId });
    expect(rows.find(({ difference }) => difference.messages > 0)).toMatchObject({ country: 'BR' });
    expect(total.difference.messages).toBe(1);
  });

  it('are those of an account of the workspace, and of days that there are', async () => {
    await expect(costs.compareWithMeta({ businessAccountId: '1' })).rejects.toThrow('There is no business account 1.');
    const wrong = { businessAccountId: meta.account.id, month: 'November' };
    await expect(costs.compareWithMeta(wrong)).rejects.toThrow('must be a month');
    const old = { businessAccountId: meta.account.id, from: '2024-01-01', to: '2024-01-31' };
    await expect(costs.compareWithMeta(old)).rejects.toMatchObject({ code: 'META_ERROR' });
  });
});

const other = { name: sampleTemplates.plain.name, language: { code: sampleTemplates.plain.language } };
