import {
  BusinessAccountEntity,
  MessageEntity,
  type OutboundMessage,
  MessagesService,
  PhoneNumberEntity,
  WhatsAppHealth,
  WhatsAppMetrics,
  type WhatsAppModuleOptions,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { Registry } from 'prom-client';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AccountCredentials } from '../../lib/accounts/account-credentials.js';
import type { WhatsAppHealthCheckResult } from '../../lib/observability/health/health-check.js';
import { WebhookSilence } from '../../lib/observability/health/webhook-silence.js';
import { WEBHOOK_OPTIONS, type WhatsAppWebhookOptions } from '../../lib/webhooks/webhooks.service.js';
import { WebhookArrivals } from '../../lib/webhooks/webhook-arrivals.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp, type TestAppOptions } from '../support/test-app.js';
import { Scraped } from './scraped.js';

const MINUTE = 60_000;
const UP = { status: 'up' };

const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE);

let meta: GraphApiServer;
beforeEach(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterEach(() => meta.close());

/** An app that takes webhooks; the stand-in sends some only when a test has it do so. */
function start(database?: TestAppOptions['database'], given: WhatsAppModuleOptions = {}): Promise<TestApp> {
  const { accounts = [], ...options } = optionsFor(meta);
  return TestApp.start({
    meta,
    ...(database && { database }),
    options: {
      ...options,
      accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
      webhook: { verifyToken: 'made up' },
      surfaces: { webhook: true },
      metrics: { registry: new Registry() },
      ...given,
    },
  });
}

const tell = (app: TestApp): void => {
  meta.webhooks = { url: `${app.url}/whatsapp/webhook` };
};

const reported = () => vi.waitFor(() => expect(meta.webhookCounts).toMatchObject({ pending: 0 }), { timeout: 10_000 });

function send(app: TestApp): Promise<OutboundMessage> {
  const { name: template, language } = sampleTemplates.plain;
  return app.get(MessagesService).sendTemplate({ template, language, to: '+5491155550000' });
}

/** A message that was sent a while ago. */
async function sent(app: TestApp, minutes: number, status: MessageEntity['status'] = 'sent'): Promise<void> {
  const { id } = await send(app);
  const sentAt = minutesAgo(minutes);
  await app.get(DataSource).getRepository(MessageEntity).update(id, { sentAt, status });
}

/** As `WhatsAppHealth.webhooks`, which remembers for a while. */
function look(app: TestApp): Promise<WhatsAppHealthCheckResult> {
  const dataSource = app.get(DataSource);
  const [accounts, numbers, messages] = [BusinessAccountEntity, PhoneNumberEntity, MessageEntity];
  return new WebhookSilence(
    dataSource.getRepository(accounts),
    dataSource.getRepository(numbers),
    dataSource.getRepository(messages),
    app.get(AccountCredentials),
    app.app.get<WhatsAppWebhookOptions | undefined>(WEBHOOK_OPTIONS, { strict: false }),
  ).check.result();
}

describeEachDatabase('Silence of webhooks', (database) => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await database.create();
  });
  afterEach(() => fresh.drop());

  it('is reported once Meta should have reported a message, until a webhook comes', async () => {
    await using app = await start(fresh.options);
    expect(await look(app)).toEqual(UP);
    await sent(app, 9);
    expect(await look(app)).toEqual(UP);
    await sent(app, 11);
    expect(await look(app)).toMatchObject({ status: 'down', accounts: [meta.account.id] });
    expect(await app.get(WhatsAppHealth).check()).toMatchObject({
      status: 'degraded',
      checks: { webhooks: { status: 'down' } },
    });

    tell(app);
    await send(app);
    await reported();
    await app.get(WebhookArrivals).write();
    expect(await look(app)).toEqual(UP);
  });

  it('is over when a webhook came to any process, and begins with the next message that nothing is reported about', async () => {
    await using app = await start(fresh.options);
    await sent(app, 40);
    const accounts = app.get(DataSource).getRepository(BusinessAccountEntity);
    await accounts.update({ businessAccountId: meta.account.id }, { webhookAt: minutesAgo(30) });
    expect(await look(app)).toEqual(UP);
    await sent(app, 20);
    expect(await look(app)).toMatchObject({ status: 'down' });
    await accounts.update({ businessAccountId: meta.account.id }, { webhookAt: minutesAgo(5) });
    expect(await look(app)).toEqual(UP);
  });

  it('is over while newer messages were reported, though no one wrote down when', async () => {
    await using app = await start(fresh.options);
    const accounts = app.get(DataSource).getRepository(BusinessAccountEntity);
    await accounts.update({ businessAccountId: meta.account.id }, { webhookAt: minutesAgo(30) });
    await sent(app, 25);
    await sent(app, 20, 'delivered');
    expect(await look(app)).toEqual(UP);
    await sent(app, 15);
    expect(await look(app)).toMatchObject({ status: 'down', accounts: [meta.account.id] });
  });

  it('is reported without a verify token only where a webhook ever came', async () => {
    await using app = await start(fresh.options, { webhook: undefined });
    await sent(app, 11);
    expect(await look(app)).toMatchObject({ status: 'up', message: expect.stringContaining('No webhook came yet') });
    const accounts = app.get(DataSource).getRepository(BusinessAccountEntity);
    await accounts.update({ businessAccountId: meta.account.id }, { webhookAt: minutesAgo(12) });
    expect(await look(app)).toMatchObject({ status: 'down', accounts: [meta.account.id] });
  });

  it('is none of messages that failed, or were sent days ago', async () => {
    await using app = await start(fresh.options);
    await sent(app, 25 * 60);
    meta.faults.nextSend({ kind: 'error', code: 131026 });
    await expect(send(app)).rejects.toThrow('131026');
    expect(await look(app)).toEqual(UP);
  });

  it('never moves the time of the last webhook back', async () => {
    await using app = await start(fresh.options);
    const accounts = app.get(DataSource).getRepository(BusinessAccountEntity);
    const ahead = new Date(Date.now() + MINUTE);
    await accounts.update({ businessAccountId: meta.account.id }, { webhookAt: ahead });
    app.get(WebhookArrivals).note(meta.account.id);
    await app.get(WebhookArrivals).write();
    expect((await accounts.findOneByOrFail({})).webhookAt).toEqual(ahead);
  });
});

describe('Silence of webhooks', () => {
  it('is not missed by accounts that cannot take any', async () => {
    await using app = await TestApp.start({ meta });
    await sent(app, 11);
    expect(await look(app)).toMatchObject({ status: 'up', message: expect.stringContaining('app secret') });
  });

  it('is not ended by what someone else signed', async () => {
    await using app = await start();
    const entry = { id: meta.account.id, changes: [] };
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [entry] });
    const headers = { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` };
    expect((await fetch(`${app.url}/whatsapp/webhook`, { method: 'POST', body, headers })).status).toBe(401);
    await app.get(WebhookArrivals).write();
    const accounts = app.get(DataSource).getRepository(BusinessAccountEntity);
    expect((await accounts.findOneByOrFail({})).webhookAt).toBeNull();
  });
});

describe('Metrics of webhooks', () => {
  it('count what Meta reports of messages, and how late it comes', async () => {
    await using app = await start();
    tell(app);
    await send(app);
    meta.phoneNumber.receive({ type: 'text', from: '+5491155550001', text: { body: 'Hello' } });
    await reported();
    const scraped = new Scraped(await app.get(WhatsAppMetrics).text());
    const items = scraped.of('whatsapp_webhook_items_total');
    expect(items['kind="message",outcome="applied"']).toBe(1);
    expect(items['kind="status",outcome="applied"']).toBeGreaterThan(0);
    expect(scraped.of('whatsapp_webhook_lag_seconds_count')).toEqual({
      'kind="message"': 1,
      'kind="status"': items['kind="status",outcome="applied"'],
    });
    const sums = scraped.of('whatsapp_webhook_lag_seconds_sum');
    expect(sums['kind="status"']).toBeGreaterThanOrEqual(0);
    expect(sums['kind="status"']).toBeLessThan(60);
    expect(scraped.of('whatsapp_statuses_total')).toMatchObject({ 'status="delivered",error_code=""': 1 });
  });

  it('count a failure that Meta reports later, with its code, and once though it is reported twice', async () => {
    await using app = await start();
    await send(app);
    tell(app);
    const [message] = meta.messages;
    if (!message) throw new Error('Nothing was sent.');
    for (let times = 0; times < 2; times += 1) {
      meta.phoneNumber.reportStatus(message.id, { status: 'failed', code: 131026 });
      await reported();
    }
    const scraped = new Scraped(await app.get(WhatsAppMetrics).text());
    expect(scraped.of('whatsapp_statuses_total')).toEqual({ 'status="failed",error_code="131026"': 1 });
    expect(scraped.of('whatsapp_webhook_items_total')).toEqual({ 'kind="status",outcome="applied"': 2 });
  });

  it('count what could not be applied', async () => {
    await using app = await start();
    tell(app);
    meta.phoneNumber.sendWebhook('messages', {
      metadata: { phone_number_id: meta.phoneNumber.id },
      statuses: [{ id: 7 }],
    });
    await reported();
    const scraped = new Scraped(await app.get(WhatsAppMetrics).text());
    expect(Object.values(scraped.of('whatsapp_webhook_items_total'))).toEqual([1]);
    expect(Object.keys(scraped.of('whatsapp_webhook_items_total'))).toEqual([expect.stringContaining('"failed"')]);
  });
});
