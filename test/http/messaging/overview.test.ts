import { BulkService, ConversationsService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { oneAdapter } from '../../support/test-app.js';
import { MessagingApp, MOMENT, someone } from './messaging-app.js';

const { name: template, language } = sampleTemplates.plain;

describe.each(oneAdapter)('Chats and campaigns of the messaging surface on $adapter', ({ adapter }) => {
  let messaging: MessagingApp;

  beforeAll(async () => {
    messaging = await MessagingApp.start(adapter);
  });
  afterAll(() => messaging[Symbol.asyncDispose]());

  it('has none at first', async () => {
    expect((await messaging.get('/chats/')).body).toEqual({ conversations: [] });
    expect((await messaging.get('/campaigns/')).body).toEqual({ campaigns: [] });
  });

  it('lists a chat as documented, its label by an id that stays', async () => {
    const phone = someone();
    await messaging.receives(phone);
    await messaging.receives(phone);
    const conversations = messaging.app.get(ConversationsService);
    const { id } = await conversations.findOrOpen({ to: phone });
    await conversations.label(id, 'VIP');
    const { status, body } = await messaging.get('/chats/');
    expect(status).toBe(200);
    expect(body).toEqual({
      conversations: [{ id, phone_number: phone, label: expect.any(Number), unread_count: 2, last_message_at: MOMENT }],
    });
    const others = [someone(), someone()];
    for (const other of others) await messaging.receives(other);
    const [same, another] = await Promise.all(others.map((to) => conversations.findOrOpen({ to })));
    await conversations.label(same?.id ?? 0, 'VIP');
    await conversations.label(another?.id ?? 0, 'x'.repeat(255));
    const chats: { id: number; label: number }[] = (await messaging.get('/chats/')).body.conversations;
    const labelOf = (chat: number | undefined) => chats.find((one) => one.id === chat)?.label;
    expect(labelOf(same?.id)).toBe(body.conversations[0].label);
    expect(labelOf(id)).toBe(body.conversations[0].label);
    expect([undefined, null, labelOf(id)]).not.toContain(labelOf(another?.id));
  });

  it('lists the 50 chats of which something was said last', async () => {
    const phones = Array.from({ length: 51 }, someone);
    for (const phone of phones) await messaging.text({ phone });
    const { body } = await messaging.get('/chats');
    const shown: { phone_number: string }[] = body.conversations;
    expect(shown.map(({ phone_number }) => phone_number)).toEqual(phones.slice(1).toReversed());
  });

  it('lists the 50 newest bulk sends as campaigns, with integer ids and the documented statuses', async () => {
    const bulk = messaging.app.get(BulkService);
    const refused = someone();
    messaging.meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: `+${refused}` });
    const recipients = [refused, someone(), someone()].map((phone) => ({ phone }));
    const { id, number } = await bulk.create({ template, language, recipients, name: 'Diwali offer' });
    await vi.waitFor(async () => expect((await bulk.get(id)).completedAt).not.toBeNull(), { timeout: 30_000 });
    const { status, body } = await messaging.get('/campaigns/');
    expect([status, body]).toEqual([
      200,
      {
        campaigns: [
          { id: number, name: 'Diwali offer', status: 'completed', sent_count: 2, failed_count: 1, created_at: MOMENT },
        ],
      },
    ]);
    const later = { template, language, scheduledAt: '2099-01-01T00:00:00Z' };
    for (let more = 0; more < 50; more += 1) await bulk.create({ ...later, recipients: [{ phone: someone() }] });
    const newest = (await messaging.get('/campaigns')).body.campaigns;
    expect(newest).toHaveLength(50);
    expect(newest[0]).toMatchObject({ name: template, status: 'scheduled', sent_count: 0 });
    const numbers: number[] = newest.map((campaign: { id: number }) => campaign.id);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => number + 50 - index));
  });
});
