import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, type InboundMessage, inboundSamples, type InboundType } from 'nestjs-whatsapp/testing';
import { WebhookReceiver } from './webhook-receiver.js';

const NOON = Date.parse('2026-11-16T12:00:00Z');

let app: WebhookReceiver;
let meta: GraphApiServer;
beforeEach(async () => {
  app = await WebhookReceiver.start();
  meta = await GraphApiServer.start({ sample: true, now: () => NOON, webhooks: { url: app.url('/app') } });
});
afterEach(async () => {
  await meta.close();
  await app[Symbol.asyncDispose]();
});

const received = (count: number) => vi.waitUntil(() => app.webhooks.length >= count, { interval: 1 });

describe('a message of a user', () => {
  it('is reported in the words of Meta, and opens the service window', async () => {
    const id = meta.phoneNumber.receive({ from: '+54 9 11 1234-5678', type: 'text', text: { body: 'Hola' } });
    await received(1);
    expect(JSON.parse(app.webhooks[0]?.raw ?? '')).toEqual({
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
                contacts: [{ profile: { name: 'Sample Customer' }, wa_id: '5491112345678' }],
                messages: [
                  { from: '5491112345678', id, timestamp: String(NOON / 1_000), type: 'text', text: { body: 'Hola' } },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(meta.phoneNumber.isWindowOpen('5491112345678', NOON)).toBe(true);
    await vi.waitUntil(() => meta.webhookCounts.pending === 0, { interval: 1 });
    expect(meta.webhookCounts.delivered).toBe(1);
  });

  const types: InboundMessage['type'][] = [
    'text',
    'image',
    'video',
    'audio',
    'document',
    'sticker',
    'location',
    'contacts',
    'interactive',
    'button',
    'reaction',
    'order',
    'system',
    'unsupported',
    'edit',
    'revoke',
  ];
  const silent = new Set<InboundType>(['reaction', 'system', 'unsupported', 'edit', 'revoke']);

  it.each(types)('has a sample of the type %s', async (type) => {
    expect(types).toEqual(Object.keys(inboundSamples));
    const id = meta.phoneNumber.receive({ from: '5491112345678', type });
    await received(1);
    const { messages, contacts } = app.webhooks[0]?.value ?? {};
    expect(messages).toMatchObject([{ id, type, [type]: inboundSamples[type] }]);
    expect(contacts === undefined).toBe(type === 'system');
    expect(meta.phoneNumber.isWindowOpen('5491112345678', NOON)).toBe(!silent.has(type));
  });

  it('has the error of its type where the type is not supported', async () => {
    meta.phoneNumber.receive({ from: '5491112345678', type: 'unsupported' });
    await received(1);
    expect(app.webhooks[0]?.value.messages).toMatchObject([{ errors: [{ code: 131051 }] }]);
  });

  it('may come from a business-scoped user id alone, late, and in answer to another one', async () => {
    meta.phoneNumber.receive({
      userId: 'US.13491208655302741918',
      profileName: 'Ana',
      id: 'wamid.given',
      at: NOON - 60_000,
      context: { from: meta.phoneNumber.digits, id: 'wamid.before' },
      type: 'button',
    });
    await received(1);
    const { messages, contacts } = app.webhooks[0]?.value ?? {};
    expect(contacts).toEqual([{ profile: { name: 'Ana' }, user_id: 'US.13491208655302741918' }]);
    expect(messages).toEqual([
      {
        context: { from: meta.phoneNumber.digits, id: 'wamid.before' },
        from_user_id: 'US.13491208655302741918',
        id: 'wamid.given',
        timestamp: String(NOON / 1_000 - 60),
        type: 'button',
        button: inboundSamples.button,
      },
    ]);
  });

  it('goes out with others of the number in one webhook, its sender named once', async () => {
    for (let index = 0; index < 3; index += 1) meta.phoneNumber.receive({ from: '5491112345678', type: 'text' });
    await received(1);
    expect(app.webhooks[0]?.value.messages).toHaveLength(3);
    expect(app.webhooks[0]?.value.contacts).toHaveLength(1);
  });
});
