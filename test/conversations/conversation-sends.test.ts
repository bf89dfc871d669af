import { ConversationEntity, ConversationsService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ConversationSends } from '../../lib/conversations/conversation-sends.js';
import { InboundMessages } from '../../lib/webhooks/messages/inbound-messages.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { inboundItem, textItem } from './inbound-items.js';

vi.setConfig({ testTimeout: 120_000 });

const HELLO = { type: 'text', content: { body: 'Hello' } } as const;

describeEachDatabase('A send in a conversation', (database) => {
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

  /** Someone without a message so far. */
  const someone = () => `+1555000${(people += 1) + 1_000}`;

  it('goes to the very number given, and to its present owner', async () => {
    const wrong = await conversations.sendTo({ ...HELLO, to: '+54111512345678' });
    const right = await conversations.sendTo({ ...HELLO, to: '+5491112345678' });
    expect(right.conversation.id).toBe(wrong.conversation.id);
    expect(right.message.recipientPhone).toBe('5491112345678');
    const [before, after] = [someone(), someone()];
    const note = { type: 'user_changed_number', wa_id: after.slice(1), body: 'changed' };
    await app
      .get(InboundMessages)
      .apply([inboundItem(app, { from: before.slice(1), type: 'system', content: note, at: Date.now() })]);
    const { message, conversation } = await conversations.sendTo({ ...HELLO, to: before });
    expect(message.recipientPhone).toBe(before.slice(1));
    // The present owner of the number is another person.
    expect(conversation.contact.phone).toBe(before.slice(1));
    expect((await conversations.findOrOpen({ to: after })).id).not.toBe(conversation.id);
    const { name: template, language } = sampleTemplates.named;
    const variables = { name: 'Ana', company: 'Mi Empresa' };
    const sent = await conversations.sendTemplateTo({ to: before, template, language, variables });
    expect(sent.message.recipientPhone).toBe(before.slice(1));
  });

  it('of a template opens a conversation only when nothing is wrong with it', async () => {
    const rows = app.get(DataSource).getRepository(ConversationEntity);
    const before = await rows.count();
    const { name: template, language } = sampleTemplates.named;
    const to = someone();
    const sends = app.get(ConversationSends);
    const inOrder = {
      templatePath: 'template',
      body: { values: ['Ana'], pathOf: (index: number) => `values[${index}]` },
    };
    await expect(sends.sendTemplateTo({ to: 'nobody', template, language, inOrder })).rejects.toMatchObject({
      problems: [{ path: 'to' }, { path: 'values[1]' }],
    });
    await expect(conversations.sendTemplateTo({ to, template: 'none', language })).rejects.toMatchObject({
      code: 'TEMPLATE_NOT_FOUND',
    });
    expect(await rows.count()).toBe(before);
    const values = { ...inOrder, body: { ...inOrder.body, values: ['Ana', 'Mi Empresa'] } };
    const { message, conversation } = await sends.sendTemplateTo({ to, template, language, inOrder: values });
    expect(message.content).toEqual({ variables: { name: 'Ana', company: 'Mi Empresa' }, buttonVariables: {} });
    expect(conversation).toMatchObject({
      lastMessage: expect.stringContaining('Ana'),
      contact: { phone: to.slice(1) },
    });
  });

  it('by its id goes to the spelling under which the customer wrote', async () => {
    const { id } = await conversations.findOrOpen({ to: '+54111598765432' });
    await app.get(InboundMessages).apply([inboundItem(app, { from: '5491198765432', name: 'Ana', at: Date.now() })]);
    const { message, conversation } = await conversations.sendText(id, 'Hello');
    expect(message.recipientPhone).toBe('5491198765432');
    expect(conversation.contact.phone).toBe('5491198765432');
  });

  it('is answered again by its key as first, whatever became of the conversation, and changes nothing', async () => {
    const to = someone();
    await app.get(InboundMessages).apply([textItem(app, 'hello', 0, { from: to.slice(1), at: Date.now() })]);
    const once = { ...HELLO, to, requestId: 1, idempotency: 'first of all' };
    const first = await conversations.sendTo(once);
    const { id } = first.conversation;
    await conversations.update(id, { requestId: 2 });
    const inInbox = await conversations.sendText(id, 'again', { idempotency: 'in the inbox' });
    const enforced = { ...optionsFor(meta), surfaces: {}, serviceWindow: 'enforce' } as const;
    await using strict = await TestApp.start({ meta, database: fresh.options, options: enforced });
    const rows = app.get(DataSource).getRepository(ConversationEntity);
    await rows.update({ id }, { lastInboundAt: new Date(Date.now() - 25 * 3_600_000) });
    const later = strict.get(ConversationsService);
    expect((await later.sendTo(once)).message.id).toBe(first.message.id);
    const again = await later.sendText(id, 'again', { idempotency: 'in the inbox' });
    expect(again.message.id).toBe(inInbox.message.id);
    await expect(later.sendTo({ ...once, idempotency: 'another' })).rejects.toMatchObject({
      code: 'SERVICE_WINDOW_CLOSED',
    });
    const other = conversations.sendTo({ ...once, requestId: 3, content: { body: 'other' } });
    await expect(other).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await conversations.get(id)).toMatchObject({ requestId: 2 });
  });

  it('makes a person known by what Meta called them when they were written to', async () => {
    const own = await GraphApiServer.start({ sample: true, waId: (digits) => digits.replace(/^1555/, '1999') });
    await using other = await TestApp.start({ meta: own, options: { ...optionsFor(own), surfaces: {} } });
    const { conversation } = await other.get(ConversationsService).sendTo({ ...HELLO, to: '+15550007777' });
    await other.get(InboundMessages).apply([textItem(other, 'hi', 0, { from: '19990007777', at: Date.now() })]);
    const { items } = await other.get(ConversationsService).list();
    expect(items).toMatchObject([{ id: conversation.id, unreadCount: 1 }]);
    await own.close();
  });
});
