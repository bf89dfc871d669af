import { AccountsService, MessagesService, TemplatesService } from 'nestjs-whatsapp';
import { GraphApiServer, type Template } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';

/** Every process hears of a change within two seconds; the rest is a slow machine's. */
const HEARD = { timeout: 20_000, interval: 100 };

vi.setConfig({ testTimeout: 60_000 });

/** Two processes of a deployment, of which one gets the webhooks. */
describeOn('postgres', 'a change of category', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let here: TestApp;
  let elsewhere: TestApp;
  let template: Template;

  beforeAll(async () => {
    fresh = await database.create();
    const offer = { name: 'offer', language: 'es', category: 'UTILITY', components: [{ type: 'BODY', text: 'Hi' }] };
    meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [{}], templates: [offer], marketingStatus: 'ONBOARDED' }],
      limits: false,
    });
    const [known] = meta.account.templates;
    if (!known) throw new Error('There is no template.');
    template = known;
    const { accounts = [], ...options } = optionsFor(meta);
    const given = {
      ...options,
      accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
      surfaces: { webhook: true },
      webhook: { verifyToken: 'x' },
    };
    here = await TestApp.start({ meta, database: fresh.options, options: given });
    elsewhere = await TestApp.start({ meta, database: fresh.options, options: given });
    await here.get(AccountsService).sync();
    await here.get(TemplatesService).sync();
    meta.webhooks = { url: `${here.url}/whatsapp/webhook`, statuses: [] };
  });
  afterAll(async () => {
    await here?.[Symbol.asyncDispose]();
    await elsewhere?.[Symbol.asyncDispose]();
    await meta?.close();
    await fresh?.drop();
  });

  async function endpointOf(app: TestApp): Promise<string | undefined> {
    await app.get(MessagesService).sendTemplate({ template: 'offer', language: 'es', to: '+5491112345678' });
    return meta
      .requestsTo(/messages$/, 'POST')
      .at(-1)
      ?.path.split('/')
      .at(-1);
  }
  const both = async () => [await endpointOf(here), await endpointOf(elsewhere)];

  beforeEach(async () => {
    template.category = 'UTILITY';
    await vi.waitUntil(async () => (await both()).every((endpoint) => endpoint === 'messages'), HEARD);
  });

  it('changes the endpoint of the next message in every process', async () => {
    template.category = 'MARKETING';
    await expect.poll(both, HEARD).toEqual(['marketing_messages', 'marketing_messages']);
    template.category = 'UTILITY';
    await expect.poll(both, HEARD).toEqual(['messages', 'messages']);
    expect([...meta.refusals.keys()].filter((code) => code !== 134100)).toEqual([]);
  });

  it('changes nothing while it is only announced', async () => {
    const announced = {
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      new_category: 'UTILITY',
      correct_category: 'MARKETING',
      category_update_timestamp: 1_790_000_000,
    };
    const before = meta.webhookCounts.delivered;
    meta.account.sendWebhook('template_category_update', announced);
    meta.account.sendWebhook('template_correct_category_detection', { ...announced, category: 'MARKETING' });
    await vi.waitFor(() => expect(meta.webhookCounts.delivered).toBe(before + 2), HEARD);
    expect(await both()).toEqual(['messages', 'messages']);
  });

  it('that an onboarding brings is heard of in every process, too', async () => {
    template.category = 'MARKETING';
    await expect.poll(both, HEARD).toEqual(['marketing_messages', 'marketing_messages']);
    meta.account.marketingStatus = 'PENDING_INTERNAL_SETUP';
    await here.get(AccountsService).readMarketing(meta.account.id);
    await expect.poll(both, HEARD).toEqual(['messages', 'messages']);
    meta.account.signMarketingTerms();
    await expect.poll(both, HEARD).toEqual(['marketing_messages', 'marketing_messages']);
  });
});
