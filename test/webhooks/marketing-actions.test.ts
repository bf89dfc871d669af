import { Injectable } from '@nestjs/common';
import {
  type MarketingActionEvent,
  OnMarketingAction,
  type WebhookFieldEvent,
  OnWebhook,
  WebhooksService,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { optionsFor, TestApp } from '../support/test-app.js';
import { Diary, listening } from './events-scene.js';

@Injectable()
class Clicks {
  constructor(private readonly diary: Diary) {}

  @OnMarketingAction()
  take(event: MarketingActionEvent): Promise<void> {
    return this.diary.write('action', event);
  }

  @OnWebhook('messages')
  raw(event: WebhookFieldEvent): Promise<void> {
    return this.diary.write('raw', event);
  }
}

let meta: GraphApiServer;
let app: TestApp;
let diary: Diary;

beforeAll(async () => {
  meta = await GraphApiServer.start({ accounts: [{ phoneNumbers: [{}] }] });
  const { accounts = [], ...options } = optionsFor(meta);
  app = await TestApp.start({
    meta,
    imports: [listening([Clicks])],
    options: {
      ...options,
      accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
      surfaces: { webhook: true },
      webhook: { verifyToken: 'x' },
    },
  });
  diary = app.get(Diary);
  meta.webhooks = { url: `${app.url}/whatsapp/webhook` };
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await meta.close();
});
beforeEach(() => {
  diary.heard.length = 0;
});

const CLICK = {
  action_type: 'marketing_messages_link_click',
  timestamp: '1753000000',
  marketing_messages_link_click_data: {
    click_component: 'cta',
    product_id: 'sku',
    click_id: 'c',
    tracking_token: 't',
  },
};
const VIEW = {
  action_type: 'landing_page_view',
  timestamp: '1753000001',
  landing_page_view_data: { click_id: 'c', tracking_token: 't' },
};

const actions = () => diary.heard.flatMap(({ event }) => (event.type === 'marketing.action' ? [event] : []));

it('what people do with marketing messages is an event each, next to the webhook as it came', async () => {
  meta.phoneNumber.sendWebhook('messages', { user_actions: [CLICK, VIEW] });
  await diary.until(3);
  const shared = {
    businessAccountId: meta.account.id,
    phoneNumberId: meta.phoneNumber.id,
    clickId: 'c',
    trackingToken: 't',
  };
  expect(actions()).toMatchObject([
    {
      ...shared,
      action: 'marketing_messages_link_click',
      at: new Date('2025-07-20T08:26:40Z'),
      clickComponent: 'cta',
      productId: 'sku',
      raw: CLICK,
    },
    { ...shared, action: 'landing_page_view', clickComponent: null, productId: null, raw: VIEW },
  ]);
  expect(new Set(actions().map(({ id }) => id)).size).toBe(2);
  expect(diary.entries.filter((entry) => entry.startsWith('raw'))).toHaveLength(1);
});

it.each([
  [[{ action_type: 'of_tomorrow', of_tomorrow_data: { click_id: 7, more: {} } }], 1],
  [[{ action_type: 'landing_page_view', landing_page_view_data: 'none' }], 1],
  [[{ timestamp: '1' }, 'x', null, 4], 0],
  [{ action_type: 'landing_page_view' }, 0],
  ['x', 0],
])('one of another shape fails nothing: %j', async (given, events) => {
  meta.phoneNumber.sendWebhook('messages', { user_actions: given });
  await diary.until(1 + events);
  expect(actions()).toHaveLength(events);
  expect(await app.get(WebhooksService).failedItems()).toMatchObject({ total: 0 });
});
