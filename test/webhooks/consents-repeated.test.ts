import { MessageEntity, type WhatsAppEvent } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FieldUpdates } from '../../lib/webhooks/fields/field-updates.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { StatusUpdates } from '../../lib/webhooks/statuses/status-updates.js';
import { bullOn, type OpenQueue } from '../bulk/each-queue.js';
import { CUSTOMER, textItem } from '../conversations/inbound-items.js';
import { newMessage } from '../store/new-message.js';
import { describeWithRedis } from '../support/redis.js';
import { TestApp } from '../support/test-app.js';

const WISHED_AT = 1_790_000_100;

const consentsIn = (events: readonly WhatsAppEvent[]) => events.filter(({ type }) => type === 'contact.consent');

describeWithRedis(
  'A consent that Meta reports again, for no one answered it, is the same event again by the queue',
  (redis) => {
    let queue: OpenQueue;
    let app: TestApp;
    beforeEach(async () => {
      queue = await bullOn(redis);
      app = await TestApp.start({
        imports: queue.imports ?? [],
        options: {
          queue: queue.queue,
          workers: false,
          optOutWords: ['STOP'],
          events: { delivery: 'queue' },
          surfaces: {},
        },
      });
    });
    afterEach(async () => {
      await app[Symbol.asyncDispose]();
      await queue[Symbol.asyncDispose]();
    });

    const preference = (value: string, timestamp: number) =>
      app.get(FieldUpdates).apply([
        {
          kind: 'field',
          businessAccountId: app.meta.account.id,
          field: 'user_preferences',
          time: WISHED_AT,
          value: { user_preferences: [{ wa_id: CUSTOMER, category: 'marketing_messages', value, timestamp }] },
        },
      ]);

    it('by a button', async () => {
      const first = consentsIn(await preference('stop', WISHED_AT));
      expect(first).toMatchObject([{ isOptedOut: true, contact: { phone: CUSTOMER } }]);
      expect(consentsIn(await preference('stop', WISHED_AT)).map(({ id }) => id)).toEqual(first.map(({ id }) => id));
      expect(consentsIn(await preference('resume', WISHED_AT + 100))).toMatchObject([{ isOptedOut: false }]);
      // What is no longer so is not reported again.
      expect(consentsIn(await preference('stop', WISHED_AT))).toEqual([]);
    });

    it('by a word', async () => {
      const item = textItem(app, 'stop');
      const first = consentsIn(await app.get(InboundMessages).apply([item]));
      expect(first).toMatchObject([{ isOptedOut: true }]);
      expect(consentsIn(await app.get(InboundMessages).apply([item]))).toEqual(first);
    });

    it('by a message that failed', async () => {
      const row = newMessage({
        id: 1_000_000,
        phoneNumberId: app.meta.phoneNumber.id,
        recipientPhone: CUSTOMER,
        wamid: 'wamid.1',
        retries: 0,
        sentAt: new Date((WISHED_AT - 10) * 1_000),
      });
      await app.get(DataSource).getRepository(MessageEntity).insert(row);
      const status = { id: 'wamid.1', status: 'failed', timestamp: String(WISHED_AT), errors: [{ code: 131050 }] };
      const { account, phoneNumber } = app.meta;
      const fail = async () =>
        consentsIn(
          await app.get(StatusUpdates).apply([
            {
              kind: 'status',
              businessAccountId: account.id,
              field: 'messages',
              phoneNumberId: phoneNumber.id,
              status,
            },
          ]),
        );
      const first = await fail();
      expect(first).toMatchObject([{ isOptedOut: true, contact: { phone: CUSTOMER } }]);
      expect(await fail()).toEqual(first);
    });
  },
);
