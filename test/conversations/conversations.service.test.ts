import { BulkService, ConversationsService, MessagesService, WorkspacesService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { MessageTexts } from '../../lib/conversations/conversation-progress.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { inboundItem, textItem } from './inbound-items.js';

vi.setConfig({ testTimeout: 120_000 });

const phoneOf = (index: number) => `+1555000${1_000 + index}`;
const digitsOf = (index: number) => phoneOf(index).slice(1);

describeEachDatabase('ConversationsService', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let meta: GraphApiServer;
  let conversations: ConversationsService;
  let people = 0;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    app = await TestApp.start({ meta, database: fresh.options, options: { ...optionsFor(meta), surfaces: {} } });
    conversations = app.get(ConversationsService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(() => meta.clear());

  /** Someone without a message so far. */
  const someone = () => phoneOf((people += 1));
  const write = (phone: string, body: string, at = Date.now()) =>
    app.get(InboundMessages).apply([textItem(app, body, 0, { from: phone.slice(1), at })]);

  it('finds the conversation of a person and a number, and opens it once', async () => {
    const to = someone();
    const opened = await Promise.all(Array.from({ length: 5 }, () => conversations.findOrOpen({ to })));
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1);
    expect(opened[0]).toMatchObject({
      status: 'active',
      unreadCount: 0,
      lastMessage: null,
      phoneNumberId: meta.phoneNumber.id,
      contact: { phone: to.slice(1) },
    });
    await expect(conversations.findOrOpen({ to: '12' })).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(conversations.findOrOpen({ to, phoneNumberId: '9' })).rejects.toMatchObject({
      code: 'PHONE_NUMBER_NOT_FOUND',
    });
  });

  it('sends texts and other types, and shows them as the last message', async () => {
    const to = someone();
    await write(to, 'Hello');
    const { id } = await conversations.findOrOpen({ to });
    const { message, conversation } = await conversations.sendText(id, 'How are you?');
    expect(message).toMatchObject({ type: 'text', status: 'sent', recipientPhone: to.slice(1) });
    expect(conversation).toMatchObject({ id, lastMessage: 'How are you?', lastMessageAt: message.createdAt });
    await conversations.send(id, { type: 'location', location: { latitude: 1, longitude: 2, name: 'Home' } });
    expect(await conversations.get(id)).toMatchObject({ lastMessage: 'Home', unreadCount: 1 });
    expect(meta.sendsTo(to)).toBe(2);
  });

  it('lists those with a label, of an assignee, without one, and those with unread messages', async () => {
    const [first, second] = [someone(), someone()];
    await write(first, 'Hello');
    await write(second, 'Hello');
    const { id } = await conversations.findOrOpen({ to: first });
    const { id: other } = await conversations.findOrOpen({ to: second });
    await conversations.update(id, { label: 'VIP', assignedTo: 'Ana' });
    await conversations.markRead(id);
    const ids = async (asked: object) => (await conversations.list(asked)).items.map((item) => item.id);
    expect([await ids({ label: 'VIP' }), await ids({ assignedTo: 'Ana', label: 'VIP' })]).toEqual([[id], [id]]);
    expect(await ids({ label: 'vip\0' })).toEqual([]);
    expect(await ids({ label: null, search: first })).toEqual([]);
    expect(await ids({ assignedTo: null, search: second })).toEqual([other]);
    expect([await ids({ unread: true, search: first }), await ids({ unread: true, search: second })]).toEqual([
      [],
      [other],
    ]);
  });

  it('returns one message of a conversation, and none of another', async () => {
    const to = someone();
    await write(to, 'Hello');
    const { id } = await conversations.findOrOpen({ to });
    const { message } = await conversations.sendText(id, 'How are you?');
    const [, received] = (await conversations.history(id)).messages;
    expect(await conversations.message(id, message.id)).toMatchObject({ content: { body: 'How are you?' } });
    expect(await conversations.message(id, received?.id ?? 0)).toMatchObject({ direction: 'inbound' });
    const { id: other } = await conversations.findOrOpen({ to: someone() });
    const notFound = { code: 'MESSAGE_NOT_FOUND' };
    await expect(conversations.message(other, message.id)).rejects.toMatchObject(notFound);
    await expect(conversations.message(id, 0.5)).rejects.toMatchObject(notFound);
  });

  it('says everything that is wrong before it opens a conversation', async () => {
    const sending = conversations.sendTo({ to: 'x', type: 'text', content: { body: '' }, requestId: 1.5 });
    await expect(sending).rejects.toMatchObject({
      problems: [{ path: 'to' }, { path: 'text.body' }, { path: 'requestId' }],
    });
    const to = someone();
    await expect(conversations.sendTo({ to, type: 'poll', content: {} })).rejects.toThrow('type');
    expect((await conversations.list({ search: to })).items).toEqual([]);
  });

  it('shows messages of every way they went, under all spellings of a number, newest first', async () => {
    const to = '+5491133334444';
    const { name: template, language } = sampleTemplates.named;
    const variables = { name: 'Ana', company: 'Mi Empresa' };
    await app.get(InboundMessages).apply([textItem(app, 'first', 0, { from: '541133334444', at: Date.now() - 9_000 })]);
    await app.get(MessagesService).sendTemplate({ to, template, language, variables });
    const bulk = app.get(BulkService);
    const sent = await bulk.create({ template, language, recipients: [{ phone: to, variables }] });
    const waiting = { template, language, scheduledAt: new Date(Date.now() + 3_600_000) };
    await bulk.create({ ...waiting, recipients: [{ phone: to, variables }] });
    await vi.waitFor(async () => expect((await bulk.get(sent.id)).completedAt).not.toBeNull(), { timeout: 20_000 });
    const [conversation] = (await conversations.list({ search: '+54 9 11 3333-4444' })).items;
    const id = conversation?.id ?? 0;
    await conversations.sendText(id, 'last');

    const { messages, nextBefore } = await conversations.history(id);
    expect(messages.map(({ type, bulkSendId }) => [type, bulkSendId])).toEqual([
      ['text', null],
      ['template', sent.id],
      ['template', null],
      ['text', null],
    ]);
    expect(nextBefore).toBeNull();
    const texts = await app.get(MessageTexts).of(messages);
    expect(messages.map((message) => texts.get(message.id))).toEqual([
      'last',
      expect.stringContaining('Ana'),
      expect.stringContaining('Ana'),
      'first',
    ]);
    const paged: number[] = [];
    for (let before: string | undefined = ''; before !== undefined;) {
      const page = await conversations.history(id, { limit: 1, ...(before && { before }) });
      paged.push(...page.messages.map((message) => message.id));
      before = page.nextBefore ?? undefined;
    }
    expect(paged).toEqual(messages.map((message) => message.id));
  });

  it('pages through a history in which many messages have one time', async () => {
    const to = someone();
    const at = Date.now();
    const items = Array.from({ length: 25 }, (_, index) => textItem(app, `${index}`, 0, { from: to.slice(1), at }));
    await app.get(InboundMessages).apply(items);
    const { id } = await conversations.findOrOpen({ to });
    const seen: number[] = [];
    let page = await conversations.history(id, { limit: 10 });
    for (;;) {
      seen.push(...page.messages.map((message) => message.id));
      if (page.nextBefore === null) break;
      page = await conversations.history(id, { limit: 10, before: page.nextBefore });
    }
    expect(seen).toHaveLength(25);
    expect(new Set(seen).size).toBe(25);
  });

  it('lists by last message, a page after the other, each conversation once', async () => {
    const at = Date.now() + 60_000;
    const items = Array.from({ length: 12 }, (_, index) =>
      textItem(app, 'x', 0, { from: digitsOf(500 + index), at: at + Math.floor(index / 4) * 1_000, name: 'Pager' }),
    );
    await app.get(InboundMessages).apply(items);
    const seen: string[] = [];
    let page = await conversations.list({ search: 'pager', limit: 5 });
    for (;;) {
      seen.push(...page.items.map(({ contact }) => contact.phone ?? ''));
      if (page.nextCursor === null) break;
      page = await conversations.list({ search: 'pager', limit: 5, cursor: page.nextCursor });
    }
    expect(seen).toHaveLength(12);
    expect(new Set(seen).size).toBe(12);
    expect(new Set(seen.slice(0, 4))).toEqual(new Set([8, 9, 10, 11].map((index) => digitsOf(500 + index))));
    await expect(conversations.list({ limit: 101 })).rejects.toMatchObject({ problems: [{ path: 'limit' }] });
    await expect(conversations.list({ cursor: 'x' })).rejects.toMatchObject({ problems: [{ path: 'cursor' }] });
  });

  it.each([
    ['a part of the number', '777123'],
    ['the number in another spelling', '+54 9 11 7771-2345'],
    ['a part of the name in other letters', 'ñandú'],
    ['words of the name in any order', 'PÉREZ María'],
    ['signs that mean something to databases', '100%_!'],
  ])('finds by %s', async (_, search) => {
    const name = 'María Ñandú Pérez 100%_!';
    await app.get(InboundMessages).apply([inboundItem(app, { from: '541177712345', name })]);
    const { items } = await conversations.list({ search });
    expect(items.map(({ contact }) => contact.profileName)).toEqual([name]);
    expect((await conversations.list({ search: 'nobody at all' })).items).toEqual([]);
  });

  it('lists by status, and closes, reopens, assigns and labels', async () => {
    const { id } = await conversations.findOrOpen({ to: someone() });
    expect(await conversations.close(id)).toMatchObject({ status: 'closed', closedAt: expect.any(Date) });
    expect((await conversations.list({ status: 'closed' })).items.map((item) => item.id)).toContain(id);
    expect((await conversations.list({ status: 'active' })).items.map((item) => item.id)).not.toContain(id);
    expect(await conversations.reopen(id)).toMatchObject({ status: 'active', closedAt: null });
    expect(await conversations.assign(id, 'eva')).toMatchObject({ assignedTo: 'eva' });
    expect(await conversations.label(id, 'urgent')).toMatchObject({ assignedTo: 'eva', label: 'urgent' });
    expect(await conversations.assign(id, null)).toMatchObject({ assignedTo: null, label: 'urgent' });
    const wrong = conversations.update(id, { label: 'x'.repeat(256), requestId: 0.5 });
    await expect(wrong).rejects.toMatchObject({ problems: [{ path: 'label' }, { path: 'requestId' }] });
  });

  it('marks as read, also at Meta, once', async () => {
    const to = someone();
    await write(to, 'one');
    await write(to, 'two', Date.now() + 2_000);
    const { id, lastInboundWamid } = await conversations.findOrOpen({ to });
    meta.clear();
    expect(await conversations.markRead(id)).toMatchObject({ unreadCount: 0 });
    expect(await conversations.markRead(id)).toMatchObject({ unreadCount: 0 });
    const receipts = meta.requestsTo('/messages', 'POST').map(({ body }) => body);
    expect(receipts).toMatchObject([{ status: 'read', message_id: lastInboundWamid }]);
  });

  it('marks as read here when Meta cannot be reached', async () => {
    const to = someone();
    await write(to, 'one');
    const { id } = await conversations.findOrOpen({ to });
    await meta.down();
    expect(await conversations.markRead(id)).toMatchObject({ unreadCount: 0 });
    await meta.up();
  });

  it('knows until when a person can be sent something else than a template', async () => {
    const to = someone();
    expect(await conversations.canSendFreeForm(to)).toEqual({ open: false, until: null });
    const wrote = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
    await write(to, 'hello', wrote);
    const until = new Date(wrote + 24 * 3_600_000);
    expect(await conversations.canSendFreeForm(to)).toEqual({ open: true, until });
    const { contact } = await conversations.findOrOpen({ to });
    expect(await conversations.canSendFreeForm(contact)).toEqual({ open: true, until });
  });

  it('sends once by one idempotency key', async () => {
    const to = someone();
    await write(to, 'hello');
    const { id } = await conversations.findOrOpen({ to });
    const first = await conversations.sendText(id, 'once', { idempotency: 'the same' });
    const second = await conversations.sendText(id, 'once', { idempotency: 'the same' });
    expect(second.message.id).toBe(first.message.id);
    expect(meta.sendsTo(to)).toBe(1);
  });

  it('keeps workspaces apart', async () => {
    const { id } = await conversations.findOrOpen({ to: someone() });
    await app.get(WorkspacesService).ensure('neighbour');
    const notFound = { code: 'CONVERSATION_NOT_FOUND' };
    await expect(conversations.get(id, { workspace: 'neighbour' })).rejects.toMatchObject(notFound);
    await expect(conversations.sendText(id, 'x', { workspace: 'neighbour' })).rejects.toMatchObject(notFound);
    expect((await conversations.list({ workspace: 'neighbour' })).items).toEqual([]);
    for (const wrong of [0, -1, 1.5, Number.NaN, 2 ** 31, 999_999]) {
      await expect(conversations.get(wrong)).rejects.toMatchObject(notFound);
    }
  });
});
