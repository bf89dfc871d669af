import {
  type FreeFormMessageType,
  MessageEntity,
  MessagesService,
  type OutboundMessage,
  type SendMessageInput,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource, IsNull, Not } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { newMessage } from '../store/new-message.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { cases, WAMID } from './message-contents.js';

const TO = '+5491112345678';
const USER_ID = 'US.13491208655302741918';

describeOn('sqlite', 'messages of every type', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let messages: MessagesService;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true, limits: false });
    app = await TestApp.start({ meta, database: fresh.options });
    messages = app.get(MessagesService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(() => meta.clear());

  const rows = () => app.get(DataSource).getRepository(MessageEntity);
  const receive = (wamid: string) =>
    rows().insert({
      ...newMessage({ direction: 'inbound', type: 'text', phoneNumberId: meta.phoneNumber.id, wamid }),
      id: 2 ** 41 + Math.floor(Math.random() * 1e6),
    });
  const lastRequest = () => meta.requestsTo('/messages').at(-1)?.body;
  const contacts = () => app.get(DataSource).getRepository(ContactEntity);
  const block = async (to: string) => {
    const person = to === TO ? { phone: TO.slice(1) } : { userId: to };
    const [contact] = await app.get(ContactDirectory).ensure(1, [person]);
    await contacts().update({ id: contact?.id ?? 0 }, { blockedAt: new Date() });
  };
  const unblockAll = () => contacts().update({ blockedAt: Not(IsNull()) }, { blockedAt: null });
  const lastSent = () => meta.messages.at(-1)?.body;

  it.each(cases)('$name goes to Meta as it is, and is kept in its row', async ({ type, content }) => {
    const sent = await messages.sendContent({ to: TO, type, content });
    expect(lastSent()).toMatchObject({ to: TO, type, [type]: content });
    expect(await rows().findOneBy({ id: sent.id })).toMatchObject({
      direction: 'outbound',
      type,
      status: 'sent',
      content,
      recipientPhone: TO.slice(1),
      wamid: meta.messages.at(-1)?.id,
      contextWamid: null,
      templateName: null,
    });
  });

  it.each<[string, () => Promise<OutboundMessage>, FreeFormMessageType]>([
    ['sendText', () => messages.sendText({ to: TO, text: 'Hola' }), 'text'],
    ['sendImage', () => messages.sendImage({ to: TO, image: { link: 'https://example.com/a.jpg' } }), 'image'],
    ['sendVideo', () => messages.sendVideo({ to: TO, video: { link: 'https://example.com/a.mp4' } }), 'video'],
    ['sendAudio', () => messages.sendAudio({ to: TO, audio: { link: 'https://example.com/a.ogg' } }), 'audio'],
    [
      'sendDocument',
      () => messages.sendDocument({ to: TO, document: { link: 'https://example.com/a.pdf' } }),
      'document',
    ],
    ['sendSticker', () => messages.sendSticker({ to: TO, sticker: { link: 'https://example.com/a.webp' } }), 'sticker'],
    ['sendLocation', () => messages.sendLocation({ to: TO, location: { latitude: 1, longitude: 2 } }), 'location'],
    [
      'sendContacts',
      () => messages.sendContacts({ to: TO, contacts: [{ name: { formatted_name: 'Ana', first_name: 'Ana' } }] }),
      'contacts',
    ],
    ['sendReaction', () => messages.sendReaction({ to: TO, reaction: { message_id: WAMID, emoji: '👍' } }), 'reaction'],
    [
      'sendInteractive',
      () =>
        messages.sendInteractive({
          to: TO,
          interactive: {
            type: 'location_request_message',
            body: { text: 'Where?' },
            action: { name: 'send_location' },
          },
        }),
      'interactive',
    ],
  ])('%s sends its type', async (_, send, type) => {
    expect(await send()).toMatchObject({ type, status: 'sent' });
    expect(lastSent()).toMatchObject({ type });
  });

  it('a bare text is its body', async () => {
    expect((await messages.sendText({ to: TO, text: 'Hola' })).content).toEqual({ body: 'Hola' });
    expect(lastSent()).toMatchObject({ text: { body: 'Hola' } });
  });

  it('a template can be sent by the same call', async () => {
    const sent = await messages.send({
      type: 'template',
      to: TO,
      template: 'hello_world',
      language: 'en_US',
    });
    expect(sent).toMatchObject({ type: 'template', status: 'sent' });
  });

  it('a reply names the message that it replies to, at Meta and in its row', async () => {
    const sent = await messages.sendText({ to: TO, text: 'Sí', replyTo: WAMID });
    expect(lastSent()).toMatchObject({ context: { message_id: WAMID } });
    expect((await rows().findOneByOrFail({ id: sent.id })).contextWamid).toBe(WAMID);
  });

  it('a template can be a reply, too', async () => {
    const template = { to: TO, template: 'hello_world', language: 'en_US' };
    await messages.sendTemplate({ ...template, replyTo: WAMID });
    expect(lastSent()).toMatchObject({ type: 'template', context: { message_id: WAMID } });
    await expect(messages.sendTemplate({ ...template, replyTo: '' })).rejects.toThrow(/replyTo: must be the wamid/);
  });

  it.each([TO, USER_ID])('nothing goes to someone who is blocked: %s', async (to) => {
    await block(to);
    const before = await rows().count();
    await expect(messages.sendText({ to, text: 'Hola' })).rejects.toMatchObject({ code: 'RECIPIENT_BLOCKED' });
    expect([await rows().count(), meta.messages.length]).toEqual([before, 0]);
    await unblockAll();
  });

  it('a business-scoped user id is sent as the recipient, without a number', async () => {
    const sent = await messages.sendText({ to: USER_ID, text: 'Hola' });
    expect(lastSent()).toMatchObject({ recipient: USER_ID });
    expect(lastSent()).not.toHaveProperty('to');
    expect(await rows().findOneByOrFail({ id: sent.id })).toMatchObject({ recipientPhone: '', userId: USER_ID });
  });

  it('everything that is wrong is named at once, and nothing is stored or sent', async () => {
    const before = await rows().count();
    const input = { to: 'nobody', phoneNumberId: '', replyTo: '', type: 'reaction', content: { emoji: 5 } };
    await expect(messages.sendContent(input)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      problems: ['to', 'phoneNumberId', 'replyTo', 'replyTo', 'reaction.message_id', 'reaction.emoji'].map((path) =>
        expect.objectContaining({ path }),
      ),
    });
    expect([await rows().count(), meta.messages.length]).toEqual([before, 0]);
  });

  it('the same key answers again, and refuses another content', async () => {
    const input: SendMessageInput = { to: TO, type: 'text', text: 'Once', idempotency: 'order-1' };
    const [first, again] = [await messages.send(input), await messages.send(input)];
    expect([again.id, meta.messages.length]).toEqual([first.id, 1]);
    await expect(messages.sendText({ ...input, text: 'Twice' })).rejects.toThrow(/another/);
  });

  it("Meta's refusal is stored in the row and thrown", async () => {
    meta.faults.nextSend({ kind: 'error', code: 131047 });
    const error: unknown = await messages.sendText({ to: TO, text: 'Late' }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ metaCode: 131047, messageId: expect.any(Number) });
    expect(await rows().findOneBy({ type: 'text', status: 'failed' })).toMatchObject({ errorCode: '131047' });
  });

  describe('marking as read', () => {
    it('tells Meta through the number that received the message', async () => {
      await receive(WAMID);
      await messages.markRead(WAMID);
      expect(lastRequest()).toEqual({ messaging_product: 'whatsapp', status: 'read', message_id: WAMID });
    });

    it('shows that someone is typing', async () => {
      await messages.markRead(WAMID, { typing: true, phoneNumberId: meta.phoneNumber.id });
      expect(lastRequest()).toMatchObject({ message_id: WAMID, typing_indicator: { type: 'text' } });
    });

    it('knows no message of no one', async () => {
      await expect(messages.markRead('wamid.unknown')).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    });
  });
});
