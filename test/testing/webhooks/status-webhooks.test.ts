import { EventEmitter, once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, sampleTemplates, TestClock } from 'nestjs-whatsapp/testing';
import { call, type Body, send, sendTemplate } from '../graph-client.js';
import { signatureOf, WebhookReceiver } from './webhook-receiver.js';

const NOON = Date.parse('2026-11-16T12:00:00Z');
const TEXT = { type: 'text', text: { body: 'Hello' } };

let app: WebhookReceiver;
let meta: GraphApiServer;
beforeEach(async () => {
  app = await WebhookReceiver.start();
  const { now } = new TestClock({ startAt: NOON, speed: 0 });
  meta = await GraphApiServer.start({ sample: true, now, webhooks: { url: app.url('/app') } });
});
afterEach(async () => {
  await meta.close();
  await app[Symbol.asyncDispose]();
});

const wamidOf = (body: Body) => body.messages?.[0]?.id ?? '';
const received = (count: number) => vi.waitUntil(() => app.statuses.length >= count, { interval: 1 });

describe('status webhooks', () => {
  it('tell every step of an accepted message in the words of Meta', async () => {
    const { body } = await sendTemplate(meta, sampleTemplates.plain);
    await received(3);
    const step = { id: wamidOf(body), timestamp: String(NOON / 1_000), recipient_id: '5491112345678' };
    const pricing = { billable: true, pricing_model: 'PMP', type: 'regular', category: 'utility' };
    expect(app.webhooks.map(({ raw }): unknown => JSON.parse(raw))).toEqual([
      {
        object: 'whatsapp_business_account',
        entry: [
          {
            id: meta.account.id,
            changes: [
              {
                field: 'messages',
                value: {
                  messaging_product: 'whatsapp',
                  metadata: { display_phone_number: meta.phoneNumber.digits, phone_number_id: meta.phoneNumber.id },
                  contacts: [{ wa_id: '5491112345678' }],
                  statuses: [
                    { ...step, status: 'sent', pricing },
                    { ...step, status: 'delivered' },
                    { ...step, status: 'read' },
                  ],
                },
              },
            ],
          },
        ],
      },
    ]);
    await vi.waitUntil(() => meta.webhookCounts.pending === 0, { interval: 1 });
    expect(meta.webhookCounts).toMatchObject({ pending: 0, delivered: 3, dropped: 0 });
  });

  it('are signed over the bytes with the secret of the account, and escape what is not ASCII', async () => {
    const account = meta.addAccount({ accessToken: 'EAAown', appSecret: 'own', phoneNumbers: [{}] });
    const message = { messaging_product: 'whatsapp', to: '+5491112345678', ...TEXT };
    const path = `${account.phoneNumbers[0]?.id}/messages`;
    await call(meta, 'POST', path, { ...message, biz_opaque_callback_data: 'señal 👍' }, { token: 'EAAown' });
    await send(meta, TEXT);
    await received(6);
    const [own, servers] = app.webhooks;
    expect(own?.raw).toContain(String.raw`"biz_opaque_callback_data":"se\u00f1al \ud83d\udc4d"`);
    expect(own?.value.statuses[0]).toMatchObject({ biz_opaque_callback_data: 'señal 👍' });
    expect(own?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-hub-signature-256': signatureOf(own?.raw ?? '', 'own'),
    });
    expect(servers?.headers['x-hub-signature-256']).toBe(signatureOf(servers?.raw ?? '', meta.appSecret));
  });

  it.each([
    ['a number', { to: '+5491112345678' }, { recipient_id: '5491112345678' }, [{ wa_id: '5491112345678' }]],
    [
      'a business-scoped user id',
      { to: undefined, recipient: 'US.13491208655302741918' },
      { recipient_user_id: 'US.13491208655302741918' },
      [{ user_id: 'US.13491208655302741918' }],
    ],
    [
      'a group',
      { to: 'Y2FwaV9ncm91cDox', recipient_type: 'group' },
      { recipient_id: 'Y2FwaV9ncm91cDox', recipient_type: 'group' },
      undefined,
    ],
  ])('name %s as Meta does', async (_kind, to, recipient, contacts) => {
    meta.webhooks = { url: app.url('/app'), statuses: ['delivered'] };
    const { body } = await send(meta, { ...TEXT, ...to });
    await received(1);
    const pricing = expect.objectContaining({ billable: false, pricing_model: 'PMP' });
    const status = { id: wamidOf(body), status: 'delivered', timestamp: String(NOON / 1_000), ...recipient, pricing };
    expect(app.webhooks[0]?.value.statuses).toEqual([status]);
    expect(app.webhooks[0]?.value.contacts).toEqual(contacts);
  });

  it('go to the override of the number, else to that of the account, else to the app', async () => {
    meta.webhooks = { url: app.url('/app'), statuses: ['sent'] };
    await send(meta, TEXT);
    await received(1);
    meta.account.callbackOverride = app.url('/account');
    await send(meta, TEXT);
    await received(2);
    meta.phoneNumber.callbackOverride = app.url('/number');
    await send(meta, TEXT);
    await received(3);
    expect(app.webhooks.map(({ path }) => path)).toEqual(['/app', '/account', '/number']);
  });

  it('are none for what is refused or held back', async () => {
    meta.webhooks = { url: app.url('/app'), statuses: ['sent'] };
    const { name, language } = sampleTemplates.plain;
    const template = meta.account.template(name, language);
    if (!template) throw new Error('The sample template is missing.');
    template.messageStatus = 'held_for_quality_assessment';
    await sendTemplate(meta, template);
    await send(meta, { ...TEXT, to: 'nobody' });
    expect(meta.webhookCounts.pending).toBe(0);
    const { body } = await send(meta, TEXT);
    await received(1);
    expect(app.ids).toEqual([wamidOf(body)]);
  });

  it('gather in batches while one is on its way, in their order', async () => {
    meta.webhooks = { url: app.url('/app'), statuses: ['sent'], batchSize: 2 };
    const gate = new EventEmitter();
    app.answers.push(once(gate, 'open').then(() => 200));
    const first = wamidOf((await send(meta, TEXT)).body);
    await received(1);
    const later: string[] = [];
    for (let index = 0; index < 5; index += 1) later.push(wamidOf((await send(meta, TEXT)).body));
    expect(meta.webhookCounts).toMatchObject({ pending: 6, delivered: 0, dropped: 0 });
    gate.emit('open');
    await received(6);
    expect(app.webhooks.map(({ value }) => value.statuses.length)).toEqual([1, 2, 2, 1]);
    expect(app.ids).toEqual([first, ...later]);
  });

  it('come step by step when each takes its time', async () => {
    meta.webhooks = { url: app.url('/app'), delayMs: 5 };
    await send(meta, TEXT);
    await received(3);
    expect(app.statuses).toEqual(['sent', 'delivered', 'read']);
    expect(app.webhooks.length).toBeGreaterThan(1);
  });

  it('tell a failure with its error, by message, without price and contact', async () => {
    meta.webhooks = {
      url: app.url('/app'),
      statuses: ({ waId }) => (waId === '5491112345678' ? [{ status: 'failed', code: 131026 }] : ['sent']),
    };
    await send(meta, TEXT);
    await send(meta, { ...TEXT, to: '+5491187654321' });
    await received(2);
    const title = 'Message undeliverable';
    const [failed, sent] = app.webhooks.flatMap(({ value }) => value.statuses);
    expect(failed).toMatchObject({
      status: 'failed',
      errors: [{ code: 131026, title, message: title, error_data: { details: title } }],
    });
    expect(failed).not.toHaveProperty('pricing');
    expect(app.webhooks.flatMap(({ value }) => value.contacts ?? [])).toEqual([{ wa_id: '5491187654321' }]);
    expect(sent).toMatchObject({ status: 'sent', recipient_id: '5491187654321' });
    expect(meta.webhookCounts.steps).toEqual({ failed: 1, sent: 1 });
  });

  it('can be reported one by one, whenever a test wants', async () => {
    meta.webhooks = { url: app.url('/app'), statuses: [] };
    const { body } = await send(meta, { ...TEXT, biz_opaque_callback_data: 'mine' });
    const id = wamidOf(body);
    meta.phoneNumber.reportStatus(id, 'read');
    meta.phoneNumber.reportStatus(id, 'played');
    await received(2);
    expect(app.webhooks[0]?.value.statuses).toMatchObject([
      { id, status: 'read', biz_opaque_callback_data: 'mine', recipient_id: '5491112345678' },
      { id, status: 'played' },
    ]);
  });

  it('are doubled and shuffled on demand, each step still counted once', async () => {
    const chances = [0.1, 0.9, 0.1];
    const random = () => chances.shift() ?? 0.5;
    meta.webhooks = { url: app.url('/app'), doubled: 0.5, shuffled: true, random };
    await send(meta, TEXT);
    await received(5);
    expect(app.statuses.toSorted()).toEqual(['delivered', 'read', 'read', 'sent', 'sent']);
    expect(app.statuses).not.toEqual(['sent', 'sent', 'delivered', 'read', 'read']);
    expect(meta.webhookCounts.steps).toEqual({ sent: 1, delivered: 1, read: 1 });
  });
});
