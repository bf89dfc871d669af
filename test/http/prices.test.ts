import { Injectable, Module } from '@nestjs/common';
import {
  ApiKeysService,
  BulkService,
  CallbackDeliveryEntity,
  CallbacksService,
  ConversationsService,
  MessagesService,
  type MessageStatusEvent,
  OnMessageStatus,
} from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { phoneOf, recipientOf } from '../bulk/bulk-scene.js';
import { QUICK } from '../callbacks/callbacks-scene.js';
import { optionsFor, TestApp } from '../support/test-app.js';

const WORKSPACE = 'acme';

const CHARGED = { billable: true, pricing_model: 'PMP', type: 'regular' };
const FREE = { billable: false, pricing_model: 'PMP' };

const CATEGORIES = [
  'authentication',
  'authentication_international',
  'marketing',
  'marketing_lite',
  'utility',
  'service',
  'group_marketing',
  'group_service',
  'group_utility',
  'general_purpose_ai',
  'a_new_one',
];

/** Every kind of price that Meta's pages know, and some that they do not. */
const PRICES = [
  ...CATEGORIES.map((category) => ({ ...CHARGED, category })),
  { ...FREE, type: 'free_customer_service', category: 'service' },
  { ...FREE, type: 'free_entry_point', category: 'referral_conversion' },
  { ...FREE, type: 'free_group_customer_service', category: 'group_service' },
  { ...FREE, pricing_model: 'CBP', type: 'a_new_one', category: 'utility' },
];

const heard: MessageStatusEvent[] = [];

@Injectable()
class Listener {
  @OnMessageStatus()
  hear(event: MessageStatusEvent): void {
    heard.push(event);
  }
}

@Module({ providers: [Listener] })
class ListenerModule {}

/** Something with prices of messages, by Meta's ids of the messages. */
type Outlet = (wamid: string) => Promise<unknown>;

describe('a price that Meta has reported', () => {
  let meta: GraphApiServer;
  let app: TestApp;
  let key: string;
  let bulkSendId: string;
  /** One message of a bulk send, and one of a conversation, for each price. */
  let inBulk: string[] = [];
  const inConversation: { readonly wamid: string; readonly conversationId: number }[] = [];

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true, limits: false });
    const { accounts = [], ...options } = optionsFor(meta);
    app = await TestApp.start({
      meta,
      imports: [ListenerModule],
      options: {
        ...options,
        ...QUICK,
        accounts: accounts.map((account) => ({ ...account, workspace: WORKSPACE, appSecret: meta.appSecret })),
        surfaces: {
          metaTemplates: true,
          conversations: true,
          messaging: true,
          workspace: { prefix: '/workspaces/:subdomain', rateLimit: false },
          webhook: true,
        },
      },
    });
    meta.webhooks = { url: `${app.url}/whatsapp/webhook`, statuses: [] };
    ({ key } = await app.get(ApiKeysService).create({ name: 'Acme', workspace: WORKSPACE }));
    // No one listens there: what is reported stays to be looked at.
    const callback = { url: 'http://127.0.0.1:9/', events: ['message.status'] as const, workspace: WORKSPACE };
    await app.get(CallbacksService).set(callback);
    await sendAll();
    const wamids = [...inBulk, ...inConversation.map(({ wamid }) => wamid)];
    const statuses = wamids.map((id, index) => ({
      id,
      status: 'delivered',
      timestamp: String(Math.floor(Date.now() / 1_000)),
      pricing: PRICES[index % PRICES.length],
    }));
    meta.phoneNumber.sendWebhook('messages', { statuses });
    await vi.waitUntil(() => heard.filter(({ status }) => status === 'delivered').length === wamids.length, {
      timeout: 30_000,
    });
  }, 60_000);
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
  });

  async function sendAll(): Promise<void> {
    const recipients = PRICES.map((_, index) => recipientOf(index));
    const { name: template, language } = sampleTemplates.named;
    const bulk = { workspace: WORKSPACE, template, language, recipients };
    ({ id: bulkSendId } = await app.get(BulkService).create(bulk));
    await meta.waitForMessages(PRICES.length, 30_000);
    inBulk = PRICES.map((_, index) => meta.messagesTo(phoneOf(index))[0]?.id ?? '');
    for (const [index] of PRICES.entries()) {
      const to = phoneOf(1_000 + index);
      const text = { type: 'text', content: { body: 'Hello!' } };
      const sent = await app.get(ConversationsService).sendTo({ workspace: WORKSPACE, to, ...text });
      inConversation.push({ wamid: sent.message.wamid ?? '', conversationId: sent.conversation.id });
    }
  }

  const headers = () => ({ 'x-api-key': key, authorization: `Bearer ${key}` });
  const get = async (path: string) => (await app.call('GET', path, undefined, headers())).body;
  const bulkPath = (path: string) => `/api/v1/meta-templates/bulk-sends/${bulkSendId}/${path}`;

  async function exported(format: string): Promise<string[]> {
    const response = await app.fetch(bulkPath(`export/?format=${format}&bom=false`), { headers: headers() });
    return (await response.text()).trimEnd().split('\n');
  }

  /** Where messages of either kind can be read. */
  const ofAll: Readonly<Record<string, Outlet>> = {
    'MessagesService.get()': async (wamid) =>
      (await app.get(MessagesService).get(wamid, { workspace: WORKSPACE })).pricing,
    'the event': async (wamid) =>
      heard.find(({ raw, status }) => raw['id'] === wamid && status === 'delivered')?.message?.pricing,
    'the raw status of the event': async (wamid) =>
      heard.find(({ raw, status }) => raw['id'] === wamid && status === 'delivered')?.raw['pricing'],
    'the callback': async (wamid) => {
      const rows = await app.get(DataSource).getRepository(CallbackDeliveryEntity).find();
      const facts = rows.map(({ payload }) => JSON.parse(payload).data);
      return facts.find(({ message_id: id, status }) => id === wamid && status === 'delivered')?.pricing;
    },
    'GET /meta-templates/messages/:id': async (wamid) =>
      (await get(`/api/v1/meta-templates/messages/${wamid}/`)).pricing,
    'GET /messages/:id/status': async (wamid) =>
      (await get(`/workspaces/${WORKSPACE}/messages/${wamid}/status`)).data.pricing,
  };

  it.each(Object.entries(ofAll))('is in %s', async (_, read) => {
    const wamids = [inBulk, inConversation.map(({ wamid }) => wamid)];
    for (const own of wamids) expect(await Promise.all(own.map(read))).toEqual(PRICES);
  });

  it('is in what is read of a bulk send, and in what is exported of it', async () => {
    const { items } = await app.get(BulkService).messages(bulkSendId, { workspace: WORKSPACE, pageSize: 100 });
    expect(items.map(({ pricing }) => pricing)).toEqual(PRICES);
    const { results } = await get(bulkPath('messages/?page_size=100'));
    expect(results.map(({ pricing }: { pricing: unknown }) => pricing)).toEqual(PRICES);
    const lines = await exported('ndjson');
    expect(lines.map((line) => JSON.parse(line).pricing)).toEqual(PRICES);
    const [, ...rows] = await exported('csv');
    const cells = rows.map((row) => /"(\{""billable.*\})"$/.exec(row)?.[1]?.replaceAll('""', '"') ?? 'null');
    expect(cells.map((cell): unknown => JSON.parse(cell))).toEqual(PRICES);
  });

  it('is in the history of a conversation', async () => {
    const prices: unknown[] = [];
    for (const { conversationId } of inConversation) {
      const { data } = await get(`/api/whatsapp/conversations/${conversationId}`);
      prices.push(data.messages[0].pricing);
    }
    expect(prices).toEqual(PRICES);
  });
});
