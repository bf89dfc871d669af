import { MessagesService, WhatsAppMetrics } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { Counter, register, Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BulkScene, type BulkSceneOptions, phoneOf, recipientsOf } from '../bulk/bulk-scene.js';
import { describeEachQueue, type OpenQueue } from '../bulk/each-queue.js';
import { CallbackDeliveryEntity } from '../../lib/callbacks/callback-delivery.entity.js';
import { CallbackEntity } from '../../lib/callbacks/callback.entity.js';
import { SendingPauses } from '../../lib/accounts/sending-pauses.js';
import { METERS, type Meters } from '../../lib/meters.js';
import { ModuleGauges, NumberSamples } from '../../lib/observability/metrics/module-gauges.js';
import { MODULE_METRICS, type ModuleMetrics } from '../../lib/observability/metrics/module-metrics.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { disconnect } from '../support/disconnect.js';
import { Scraped } from './scraped.js';

const PATIENCE = { timeout: 20_000, interval: 100 };

const start = ({ options, ...rest }: BulkSceneOptions = {}): Promise<BulkScene> =>
  BulkScene.start({ ...rest, options: { metrics: { registry: new Registry() }, ...options } });

const scrape = async (scene: BulkScene): Promise<Scraped> => new Scraped(await scene.app.get(WhatsAppMetrics).text());

function sendOne(scene: BulkScene, index: number): Promise<unknown> {
  const { name: template, language } = sampleTemplates.plain;
  return scene.app.get(MessagesService).sendTemplate({ template, language, to: phoneOf(index) });
}

describeEachQueue('Metrics', (open) => {
  let queue: OpenQueue;
  beforeEach(async () => {
    queue = await open();
  });
  afterEach(() => queue[Symbol.asyncDispose]());

  it('count single and bulk sends by type, outcome and error code, with how long they took', async () => {
    await using scene = await start({ imports: queue.imports, options: { queue: queue.queue } });
    scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(3) });
    scene.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: phoneOf(101) });
    scene.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' }, { recipient: phoneOf(102) });
    await scene.ended(await scene.create(recipientsOf(10)));
    await sendOne(scene, 100);
    await expect(sendOne(scene, 101)).rejects.toThrow('131026');
    await expect(sendOne(scene, 102)).rejects.toThrow('did not report');
    await scene.app.get(MessagesService).sendText({ to: phoneOf(103), text: { body: 'Hello' } });

    const scraped = await scrape(scene);
    expect(scraped.of('whatsapp_sends_total')).toEqual({
      'type="template",outcome="accepted",error_code=""': 10,
      'type="template",outcome="refused",error_code="131026"': 2,
      'type="template",outcome="unknown",error_code="OUTCOME_UNKNOWN"': 1,
      'type="text",outcome="accepted",error_code=""': 1,
    });
    expect(scraped.of('whatsapp_number_sends_total')).toEqual({
      [`phone_number_id="${scene.meta.phoneNumber.id}"`]: 14,
    });
    expect(scraped.of('whatsapp_send_duration_seconds_count')).toEqual({ 'type="template"': 13, 'type="text"': 1 });
    const sums = scraped.of('whatsapp_send_duration_seconds_sum');
    expect(sums['type="template"']).toBeGreaterThan(0);
    expect(sums['type="template"']).toBeLessThan(60);
  });

  it('tell paces against limits, and that Meta found a number too fast', async () => {
    await using scene = await start({
      imports: queue.imports,
      options: { queue: queue.queue, messagesPerSecond: 200 },
    });
    const label = `phone_number_id="${scene.meta.phoneNumber.id}"`;
    const before = await scrape(scene);
    expect(before.of('whatsapp_pace_limit_messages_per_second')).toEqual({ [label]: 200 });
    expect(before.of('whatsapp_pace_messages_per_second')).toEqual({ [label]: 190 });
    scene.meta.faults.nextSend({ kind: 'error', code: 130429 });
    await expect(sendOne(scene, 1)).rejects.toThrow('130429');
    const slower = (await scene.app.get(NumberSamples).paces()).find(
      ({ gauge }) => gauge === 'pace_messages_per_second',
    );
    expect(slower?.value).toBeGreaterThanOrEqual(1);
    expect(slower?.value).toBeLessThan(190);
  });

  it('tell what waits', async () => {
    await using scene = await start({ imports: queue.imports, options: { queue: queue.queue } });
    await scene.create(recipientsOf(7), { scheduledAt: new Date(Date.now() + 3_600_000) });
    await scene.ended(await scene.create(recipientsOf(3, 50)));
    await vi.waitFor(async () => {
      const scraped = await scrape(scene);
      expect(scraped.of('whatsapp_bulk_pending_messages')).toMatchObject({
        'status="scheduled"': 7,
        'status="queued"': 0,
      });
      expect(scraped.of('whatsapp_bulk_sends')).toMatchObject({ 'status="scheduled"': 1, 'status="processing"': 0 });
    }, PATIENCE);
  });
});

describeEachDatabase('Metrics', (database) => {
  let fresh: FreshDatabase;
  beforeEach(async () => {
    fresh = await database.create();
  });
  afterEach(() => fresh.drop());

  it('tell how much of a messaging limit is used, what is paused and which callbacks wait', async () => {
    const account = {
      phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_2K' }],
      templates: Object.values(sampleTemplates),
    };
    await using scene = await start({ database: fresh.options, meta: { accounts: [account] } });
    await scene.ended(await scene.create(recipientsOf(12)));
    const pause = { scope: 'number', subjectId: '404', code: null, message: 'Closed.', until: null } as const;
    await scene.app.get(SendingPauses).pause(pause);
    await storeCallbacks(scene);

    const scraped = await scrape(scene);
    const portfolio = Object.keys(scraped.of('whatsapp_budget_limit_recipients'))[0] ?? '';
    expect(portfolio).toMatch(/^portfolio="(business|account):\d+"$/);
    expect(scraped.of('whatsapp_budget_limit_recipients')).toEqual({ [portfolio]: 2_000 });
    expect(scraped.of('whatsapp_budget_used_recipients')).toEqual({ [portfolio]: 12 });
    expect(scraped.of('whatsapp_sending_pauses')).toEqual({ 'scope="number"': 1, 'scope="account"': 0 });
    expect(scraped.of('whatsapp_callbacks_pending')).toEqual({ '': 2 });
    expect(Object.values(scraped.of('whatsapp_unread_parts'))).toEqual([0, 0, 0, 0, 0]);
  });

  it('are reported also when the database is away, but for what only it knows', async () => {
    await using scene = await start({ database: fresh.options });
    await sendOne(scene, 1);
    await disconnect(scene.app.app);
    const startedAt = performance.now();
    const scraped = await scrape(scene);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect(scraped.of('whatsapp_sends_total')).toEqual({ 'type="template",outcome="accepted",error_code=""': 1 });
    expect(scraped.of('whatsapp_callbacks_pending')).toEqual({});
    expect(scraped.of('whatsapp_bulk_sends')).toEqual({});
    expect(scraped.of('whatsapp_unread_parts')).toMatchObject({ 'part="bulk"': 1, 'part="callbacks"': 1 });
  });
});

/** Two that wait, and one that was delivered. */
async function storeCallbacks(scene: BulkScene): Promise<void> {
  const moments = { createdAt: new Date(), updatedAt: new Date() };
  const callback = { workspaceId: 1, url: 'https://example.com', secret: 'encrypted', events: null, failures: 0 };
  await scene.dataSource.getRepository(CallbackEntity).insert({ ...callback, ...moments, restingUntil: null });
  const waiting = { workspaceId: 1, event: 'contact.created' as const, contactId: null, payload: '{}', attempts: 0 };
  const deliveries = scene.dataSource.getRepository(CallbackDeliveryEntity);
  // An hour ahead: no one delivers them meanwhile.
  const nextAttemptAt = new Date(Date.now() + 3_600_000);
  for (const id of ['1', '2']) {
    await deliveries.insert({ ...waiting, id, status: 'pending', nextAttemptAt, createdAt: new Date() });
  }
  await deliveries.insert({ ...waiting, id: '3', status: 'delivered', nextAttemptAt: null, createdAt: new Date() });
}

describe('Metrics', () => {
  it('of several apps in one registry add up, and go with the last app', async () => {
    const registry = new Registry();
    const one = await start({ options: { metrics: { registry } } });
    const other = await start({ options: { metrics: { registry } } });
    await sendOne(one, 1);
    await sendOne(other, 2);
    await one.create(recipientsOf(2), { scheduledAt: new Date(Date.now() + 3_600_000) });
    await other.create(recipientsOf(3), { scheduledAt: new Date(Date.now() + 3_600_000) });
    const scraped = await scrape(one);
    expect(scraped.of('whatsapp_sends_total')).toEqual({ 'type="template",outcome="accepted",error_code=""': 2 });
    expect(scraped.of('whatsapp_bulk_pending_messages')).toMatchObject({ 'status="scheduled"': 5 });

    await one[Symbol.asyncDispose]();
    const left = new Scraped(await registry.metrics());
    expect(left.of('whatsapp_bulk_pending_messages')).toMatchObject({ 'status="scheduled"': 3 });
    await other[Symbol.asyncDispose]();
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('of apps on one database are reported once', async () => {
    const registry = new Registry();
    await using one = await start({ options: { metrics: { registry } } });
    await one.create(recipientsOf(2), { scheduledAt: new Date(Date.now() + 3_600_000) });
    const { installationId } = one.app.get(ModuleGauges);
    const { instruments } = one.app.app.get<ModuleMetrics>(MODULE_METRICS, { strict: false });
    instruments.attach({ installationId, read: () => one.app.get(ModuleGauges).read() });
    expect((await scrape(one)).of('whatsapp_bulk_pending_messages')).toMatchObject({ 'status="scheduled"': 2 });
  });

  it('are by default in the registry of prom-client, and are registered anew when the host has cleared it', async () => {
    await using one = await start({ options: { metrics: true } });
    await sendOne(one, 1);
    register.clear();
    await using other = await start({ options: { metrics: true } });
    await sendOne(other, 1);
    const scraped = new Scraped(await register.metrics());
    expect(scraped.of('whatsapp_sends_total')).toEqual({ 'type="template",outcome="accepted",error_code=""': 1 });
  });

  it('have the names that the host wants, next to its own', async () => {
    const registry = new Registry();
    registry.registerMetric(new Counter({ name: 'whatsapp_sends_total', help: 'The host’s own.', registers: [] }));
    await expect(start({ options: { metrics: { registry } } })).rejects.toThrow(
      /metric whatsapp_sends_total that is not this module’s.*prefix: 'my_whatsapp_'/,
    );
    await using scene = await start({ options: { metrics: { registry, prefix: 'shop_' } } });
    await sendOne(scene, 1);
    const scraped = await scrape(scene);
    expect(scraped.of('shop_sends_total')).toEqual({ 'type="template",outcome="accepted",error_code=""': 1 });
    expect(scraped.of('whatsapp_sends_total')).toEqual({ '': 0 });
  });

  it('have few labels, however many error codes there are', async () => {
    await using scene = await start();
    const meters = scene.app.app.get<Meters>(METERS, { strict: false });
    for (let code = 0; code < 1_000; code += 1) meters.reported('failed', String(code));
    const reported = (await scrape(scene)).of('whatsapp_statuses_total');
    expect(Object.keys(reported)).toHaveLength(201);
    expect(reported['status="failed",error_code="other"']).toBe(800);
  });

  it('are off unless the host wants them', async () => {
    await using scene = await BulkScene.start();
    await sendOne(scene, 1);
    await expect(scene.app.get(WhatsAppMetrics).text()).rejects.toThrow(/Add metrics: true/);
  });

  it.each([{ metrics: { prefix: '9 lives' } }, { metrics: { registry: {} } }, { metrics: 'yes' }])(
    'refuse the option %j',
    async (wrong) => {
      const options: object = wrong;
      await expect(BulkScene.start({ options })).rejects.toThrow(/metrics must be true, false or/);
    },
  );
});
