import * as fc from 'fast-check';
import { ContactsService, ConversationEntity, ConversationsService, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { WebhookItemError } from '../../lib/webhooks/webhook-arrivals.js';
import type { MessageItem } from '../../lib/webhooks/webhook-item.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { CUSTOMER, type GivenMessage, inboundItem, NOON, textItem } from './inbound-items.js';
import { GraphApiServer } from 'nestjs-whatsapp/testing';

const byText = (a: object, b: object) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

vi.setConfig({ testTimeout: 120_000 });

describeEachDatabase('Messages that customers send', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let meta: GraphApiServer;
  let inbound: InboundMessages;
  let conversations: ConversationsService;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    const options = { ...optionsFor(meta), surfaces: {}, optOutWords: ['STOP'] };
    app = await TestApp.start({ meta, database: fresh.options, options });
    inbound = app.get(InboundMessages);
    conversations = app.get(ConversationsService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });

  const repository = () => app.get(DataSource).getRepository(MessageEntity);
  const conversationRows = () => app.get(DataSource).getRepository(ConversationEntity);

  beforeEach(async () => {
    for (const entity of [MessageEntity, ConversationEntity, ContactIdentityEntity, ContactEntity]) {
      await app.get(DataSource).createQueryBuilder().delete().from(entity).execute();
    }
  });

  const apply = (...items: readonly MessageItem[]) => inbound.apply(items);
  const text = (body: string, seconds = 0, given: GivenMessage = {}) => textItem(app, body, seconds, given);

  /** What is stored, without what depends on the order in which it came. */
  const state = async () => {
    const contacts = await app.get(DataSource).getRepository(ContactEntity).find();
    const whose = new Map(contacts.map(({ id, phone, userId }) => [id, phone ?? userId]));
    const talks = await conversationRows().find();
    const rows = await repository().find();
    return {
      rows: rows.map((row) => Object.assign(row, { id: 0 })).toSorted(byText),
      conversations: talks
        .map((talk) => Object.assign(talk, { contact: whose.get(talk.contactId), contactId: 0, id: 0, createdAt: 0 }))
        .toSorted(byText),
    };
  };

  it('have a row each, with all that Meta tells, and a conversation', async () => {
    const [event] = await apply(
      text('Hello', 0, { id: 'wamid.1', name: 'Ana', besides: { context: { id: 'wamid.0', from: '1' } } }),
    );
    const [row] = await repository().find();
    expect(row).toMatchObject({
      direction: 'inbound',
      type: 'text',
      status: 'received',
      phoneNumberId: app.meta.phoneNumber.id,
      recipientPhone: CUSTOMER,
      waId: CUSTOMER,
      userId: null,
      wamid: 'wamid.1',
      contextWamid: 'wamid.0',
      content: { body: 'Hello' },
      createdAt: new Date(NOON),
    });
    const { items } = await conversations.list();
    expect(items).toEqual([
      expect.objectContaining({
        status: 'active',
        unreadCount: 1,
        lastMessage: 'Hello',
        lastMessageAt: new Date(NOON),
        lastInboundAt: new Date(NOON),
        lastInboundWamid: 'wamid.1',
        contact: expect.objectContaining({ phone: CUSTOMER, profileName: 'Ana' }),
      }),
    ]);
    const [message] = (await conversations.history(items[0]?.id ?? 0)).messages;
    expect(message?.id).toBe(row?.id);
    expect(event).toMatchObject({
      type: 'message.inbound',
      message,
      conversation: { id: items[0]?.id, unreadCount: 1 },
      contact: { phone: CUSTOMER },
    });
  });

  it.each<readonly [type: string, content: object | null, isUnread: boolean, opensWindow: boolean]>([
    ['text', { body: 'x' }, true, true],
    ['image', { id: '1', mime_type: 'image/jpeg', sha256: 'x' }, true, true],
    ['video', { id: '1', mime_type: 'video/mp4', sha256: 'x', caption: 'c' }, true, true],
    ['document', { id: '1', mime_type: 'application/pdf', sha256: 'x', filename: 'f.pdf' }, true, true],
    ['audio', { id: '1', mime_type: 'audio/ogg', sha256: 'x', voice: true }, true, true],
    ['sticker', { id: '1', mime_type: 'image/webp', sha256: 'x', animated: false }, true, true],
    ['location', { latitude: 1.5, longitude: -2, name: 'n' }, true, true],
    ['contacts', [{ name: { formatted_name: 'Ana' }, phones: [] }], true, true],
    ['interactive', { type: 'button_reply', button_reply: { id: '1', title: 'Yes' } }, true, true],
    ['interactive', { type: 'list_reply', list_reply: { id: '1', title: 'Yes', description: 'd' } }, true, true],
    ['interactive', { type: 'nfm_reply', nfm_reply: { name: 'flow', body: 'Sent', response_json: '{}' } }, true, true],
    ['interactive', null, true, true],
    ['button', { payload: 'p', text: 'Yes' }, true, true],
    ['order', { catalog_id: '1', text: 't', product_items: [{ product_retailer_id: 'p', quantity: 1 }] }, true, true],
    ['later', { what: 'Meta adds' }, true, true],
    ['unsupported', { type: 'video_note' }, true, false],
    ['reaction', { message_id: 'wamid.0', emoji: '👍' }, false, false],
    ['reaction', { message_id: 'wamid.0' }, false, false],
    ['system', { type: 'customer_identity_changed', body: 'b', identity: 'i' }, false, false],
    ['edit', { original_message_id: 'w', message: { type: 'text', text: { body: 'b' } } }, false, false],
    ['revoke', { original_message_id: 'w' }, false, false],
  ])('are stored of type %s, %j; unread: %s, service window: %s', async (type, content, isUnread, opensWindow) => {
    const events = await apply(inboundItem(app, { type, content, at: Date.now() }));
    expect(events).toMatchObject([{ type: 'message.inbound', message: { type, content } }]);
    const [conversation] = (await conversations.list()).items;
    expect(conversation).toMatchObject({ unreadCount: isUnread ? 1 : 0 });
    expect(await conversations.canSendFreeForm(CUSTOMER)).toMatchObject({ open: opensWindow });
    const { messages } = await conversations.history(conversation?.id ?? 0);
    expect(messages).toMatchObject([{ type, content }]);
  });

  it('are reported once, however often and by however many processes Meta has them stored', async () => {
    const items = [text('one', 0), text('two', 1), text('three', 2)];
    const events = await Promise.all([apply(...items), apply(...items), apply(...items, ...items)]);
    expect(events.flat()).toHaveLength(3);
    expect(await apply(...items)).toEqual([]);
    expect(await repository().count()).toBe(3);
    expect((await conversations.list()).items).toMatchObject([{ unreadCount: 3, lastMessage: 'three' }]);
  });

  it('make nothing of an erased person anew when Meta reports them again', async () => {
    const items = [text('Stop', 0, { name: 'Ana' }), text('Hello', 1, { name: 'Ana' })];
    await apply(...items);
    const contact = await app.get(ContactDirectory).find(1, CUSTOMER);
    await app.get(ContactsService).erase(contact?.id ?? 0);
    expect(await apply(...items)).toEqual([]);
    expect(await app.get(ContactDirectory).find(1, CUSTOMER)).toBeNull();
    expect(await app.get(DataSource).getRepository(ContactEntity).count()).toBe(1);
    expect(await conversationRows().count()).toBe(1);
  });

  it('leave the same state in any order, doubled and in any batches', async () => {
    const people = [CUSTOMER, '5215512345678', '15550001111'];
    const types = ['text', 'reaction', 'unsupported', 'image'];
    const items = Array.from({ length: 14 }, (_, index) => {
      const [from, type] = [people[index % 3], types[index % 4]];
      const content = type === 'text' ? { body: `text ${index}` } : { id: String(index) };
      return inboundItem(app, { from, type, content, at: NOON + (index % 5) * 1_000, name: 'Ana' });
    });
    await apply(...items);
    const expected = await state();
    const reported = [...items, ...items, ...items.slice(5)];
    const order = fc.shuffledSubarray(reported, { minLength: reported.length });
    await fc.assert(
      fc.asyncProperty(order, fc.integer({ min: 1, max: 7 }), async (shuffled, size) => {
        for (const entity of [MessageEntity, ConversationEntity, ContactIdentityEntity, ContactEntity]) {
          await app.get(DataSource).createQueryBuilder().delete().from(entity).execute();
        }
        for (let from = 0; from < shuffled.length; from += size) await apply(...shuffled.slice(from, from + size));
        expect(await state()).toEqual(expected);
      }),
      { numRuns: 8 },
    );
  });

  it('of one person come to one conversation, whatever the spelling of their number', async () => {
    await conversations.findOrOpen({ to: '+5491112345678' });
    await apply(text('from Argentina', 1, { from: '541112345678' }));
    expect((await conversations.list()).items).toMatchObject([{ lastMessage: 'from Argentina' }]);
  });

  it('may come from someone who has no number', async () => {
    await apply(text('hi', 0, { userId: 'US.13491208655302741918', name: 'Ana' }));
    const [conversation] = (await conversations.list()).items;
    expect(conversation?.contact).toMatchObject({ phone: null, userId: 'US.13491208655302741918' });
    expect((await repository().find())[0]).toMatchObject({ recipientPhone: '', userId: 'US.13491208655302741918' });
    expect((await conversations.history(conversation?.id ?? 0)).messages).toHaveLength(1);
  });

  it('stay in one conversation when the number changes', async () => {
    const note = { type: 'user_changed_number', wa_id: '15550009999', body: 'changed' };
    await apply(text('before', 0));
    await apply(inboundItem(app, { type: 'system', content: note, at: NOON + 1_000 }));
    await apply(text('after', 2, { from: '15550009999' }));
    const { items } = await conversations.list();
    expect(items).toMatchObject([{ lastMessage: 'after', unreadCount: 2, contact: { phone: '15550009999' } }]);
    const { messages } = await conversations.history(items[0]?.id ?? 0);
    expect(messages.map(({ type }) => type)).toEqual(['text', 'system', 'text']);
  });

  it('come together in one conversation when the news of the changed number is late', async () => {
    const note = { type: 'user_changed_number', wa_id: '15550009999', body: 'changed' };
    await apply(text('before', 0));
    await apply(text('after', 2, { from: '15550009999' }));
    expect((await conversations.list()).items).toHaveLength(2);
    await apply(inboundItem(app, { type: 'system', content: note, at: NOON + 1_000 }));
    const { items } = await conversations.list();
    expect(items).toMatchObject([{ lastMessage: 'after', unreadCount: 2, lastInboundAt: new Date(NOON + 2_000) }]);
    expect((await conversations.history(items[0]?.id ?? 0)).messages).toHaveLength(3);
  });

  it('are words by which people opt out, by the clock of Meta', async () => {
    const [first, ...others] = await apply(text('Stop!', 1));
    expect(first).toMatchObject({ type: 'contact.consent', isOptedOut: true, contact: { phone: CUSTOMER } });
    expect(others).toHaveLength(1);
    const contact = await app.get(ContactDirectory).find(1, CUSTOMER);
    expect(contact).toMatchObject({ optedOutAt: new Date(NOON + 1_000), optOutSource: 'keyword' });
  });

  it('open a closed conversation again; reactions do not', async () => {
    await apply(text('hello', 0));
    const [conversation] = (await conversations.list()).items;
    const id = conversation?.id ?? 0;
    await conversations.close(id);
    await apply(inboundItem(app, { type: 'reaction', content: { message_id: 'w', emoji: '👍' } }));
    expect(await conversations.get(id)).toMatchObject({ status: 'closed', closedAt: expect.any(Date) });
    await apply(text('and another thing', 5));
    expect(await conversations.get(id)).toMatchObject({ status: 'active', closedAt: null });
  });

  it('are stored whatever characters are in them', async () => {
    const body = `a\0b \uD800 ${'🙂'.repeat(1_000)}`;
    await apply(text(body, 0, { name: 'A\0na' }));
    expect((await repository().find())[0]?.content).toMatchObject({ body: expect.stringMatching(/^a\0b/) });
    expect((await conversations.list()).items[0]?.lastMessage).toMatch(/^ab /);
  });

  it('are refused together when one of them cannot be read, and nothing is stored', async () => {
    await expect(apply(text('good'), inboundItem(app, { id: '' }))).rejects.toThrow(WebhookItemError);
    await expect(apply(text('good', 0, { businessAccountId: '999' }))).rejects.toThrow(WebhookItemError);
    expect(await repository().count()).toBe(0);
  });
});
