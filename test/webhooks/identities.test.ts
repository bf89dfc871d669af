import {
  ContactsService,
  ConversationEntity,
  ConversationsService,
  MessageEntity,
  MessagesService,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { ItemApplication } from '../../lib/webhooks/item-application.js';
import { itemsOf } from '../../lib/webhooks/items-of.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { bodyOf } from './receiving-scene.js';

const PHONE = '16505551234';
const NEW_PHONE = '16505559999';
const ID = 'US.13491208655302741918';
const NEW_ID = 'US.77';
const PARENT = 'US.ENT.506847293015';
const NEW_PARENT = 'US.ENT.88';
/** Before every row that the tests make, so that a status is of what came before. */
const START = 1_790_000_000;

const text = { type: 'text', text: { body: 'hi' } };

describeOn('sqlite', 'who people are, as webhooks report it', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;
  let contacts: ContactsService;
  let count = 0;

  beforeAll(async () => {
    fresh = await database.create();
    // One person is written to in all tests.
    meta = await GraphApiServer.start({ sample: true, limits: { pair: false } });
    app = await TestApp.start({
      meta,
      database: fresh.options,
      options: { ...optionsFor(meta), surfaces: {} },
    });
    contacts = app.get(ContactsService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });
  beforeEach(async () => {
    for (const entity of [MessageEntity, ConversationEntity, ContactIdentityEntity, ContactEntity]) {
      await app.get(DataSource).createQueryBuilder().delete().from(entity).execute();
    }
  });

  /** A webhook with one change. */
  async function receive(value: object, field = 'messages'): Promise<void> {
    const metadata = { display_phone_number: '15550783881', phone_number_id: meta.phoneNumber.id };
    const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
    const body = bodyOf({ id: meta.account.id, time: START, changes: [change] });
    expect(await app.get(ItemApplication).apply(itemsOf(body))).toEqual([]);
  }

  const message = (given: object, second = 0) => {
    count += 1;
    return { id: `wamid.in.${count}`, timestamp: String(START + second), ...given };
  };
  const says = (who: object, second = 0, contact?: object) =>
    receive({ ...(contact && { contacts: [contact] }), messages: [message({ ...who, ...text }, second)] });

  const send = (to = `+${PHONE}`) => app.get(MessagesService).sendText({ to, text: { body: 'hello' } });
  /** A status of a message, long after it was sent. */
  const status = (wamid: string | null, given: object, contact?: object) =>
    receive({
      ...(contact && { contacts: [contact] }),
      statuses: [{ id: wamid, status: 'delivered', timestamp: String(Math.floor(Date.now() / 1_000)), ...given }],
    });

  const everybody = () => app.get(DataSource).getRepository(ContactEntity).find();

  it.each<[string, object, object, object]>([
    [
      'a number and an id',
      { from: PHONE, from_user_id: ID },
      { wa_id: PHONE, user_id: ID },
      { phone: PHONE, userId: ID },
    ],
    ['an id alone', { from_user_id: ID }, { user_id: ID }, { phone: null, userId: ID, userCountry: 'US' }],
    [
      'an id and a username',
      { from_user_id: ID },
      { user_id: ID, profile: { name: 'Ana', username: 'ana.b' } },
      { phone: null, userId: ID, username: 'ana.b', profileName: 'Ana' },
    ],
    [
      'everything',
      { from: PHONE, from_user_id: ID, from_parent_user_id: PARENT },
      { wa_id: PHONE, user_id: ID, parent_user_id: PARENT, profile: { name: 'Ana', username: 'ana.b' } },
      { phone: PHONE, userId: ID, parentUserId: PARENT, username: 'ana.b', userCountry: 'US' },
    ],
    [
      'a parent id in the contact alone',
      { from_user_id: ID },
      { user_id: ID, parent_user_id: PARENT },
      { userId: ID, parentUserId: PARENT },
    ],
  ])('is read from a message with %s', async (_, from, contact, expected) => {
    await says(from, 0, contact);
    expect(await everybody()).toHaveLength(1);
    expect(await contacts.lookup(ID)).toMatchObject(expected);
  });

  it.each<[string, object, object | undefined]>([
    ['recipient_user_id', { recipient_id: PHONE, recipient_user_id: ID }, undefined],
    ['recipient_user_id alone', { recipient_user_id: ID }, undefined],
    ['contacts', { recipient_id: PHONE }, { wa_id: PHONE, user_id: ID }],
    ['a contact without the number', { recipient_id: PHONE }, { user_id: ID }],
    [
      'both',
      { recipient_id: PHONE, recipient_user_id: ID, recipient_parent_user_id: PARENT },
      { wa_id: PHONE, user_id: ID, parent_user_id: PARENT },
    ],
    [
      'a status that is read',
      { status: 'read', recipient_user_id: ID },
      { wa_id: PHONE, user_id: ID, profile: { username: 'ana.b' } },
    ],
    ['a status that is sent', { status: 'sent', recipient_id: PHONE, recipient_user_id: ID }, undefined],
  ])('is one person by number and id after a status with %s', async (_, given, contact) => {
    const { wamid } = await send();
    await status(wamid, given, contact);
    await status(wamid, given, contact);
    expect(await contacts.list()).toMatchObject({ total: 0 });
    await says({ from_user_id: ID });
    expect(await contacts.list()).toMatchObject({ items: [{ phone: PHONE, userId: ID }] });
    expect(await contacts.lookup(PHONE)).toMatchObject({ userId: ID });
  });

  it('is one person when the message by the id comes before the status', async () => {
    const { wamid } = await send();
    await says({ from_user_id: ID });
    await says({ from: PHONE });
    expect(await everybody()).toHaveLength(2);
    await status(wamid, { recipient_user_id: ID, recipient_parent_user_id: PARENT });
    expect(await contacts.list()).toMatchObject({ items: [{ phone: PHONE, userId: ID, parentUserId: PARENT }] });
  });

  it('is linked to the number that a status reports of a message to an id', async () => {
    const { wamid } = await send(PARENT);
    await status(
      wamid,
      { recipient_id: PHONE, recipient_user_id: ID, recipient_parent_user_id: PARENT },
      { wa_id: PHONE, user_id: ID },
    );
    await says({ from: PHONE });
    expect(await contacts.lookup(PARENT)).toMatchObject({ phone: PHONE, userId: ID, parentUserId: PARENT });
  });

  it.each<[string, object]>([
    ['failed', { status: 'failed', recipient_id: PHONE, errors: [{ code: 131026 }] }],
    ['without ids', { recipient_id: PHONE }],
    ['of a group', { recipient_id: 'group', recipient_type: 'group', recipient_participant_user_id: ID }],
  ])('is not made of a status %s', async (_, given) => {
    const { wamid } = await send();
    await status(wamid, given);
    expect(await everybody()).toEqual([]);
  });

  it('is the username that was reported last', async () => {
    const named = (username: string, second: number) =>
      says({ from_user_id: ID }, second, { user_id: ID, profile: { username } });
    await named('ana.b', 10);
    await named('ana.old', 5);
    expect(await contacts.lookup(ID)).toMatchObject({ username: 'ana.b' });
    await named('ana.new', 20);
    await says({ from_user_id: ID }, 30);
    expect(await contacts.lookup(ID)).toMatchObject({ username: 'ana.new' });
    for (const search of ['@ana.new', 'ANA.N', ID]) expect(await contacts.list({ search })).toMatchObject({ total: 1 });
    for (const search of ['ana.b', 'US.1349']) expect(await contacts.list({ search })).toMatchObject({ total: 0 });
    expect(await contacts.list({ userCountry: 'US' })).toMatchObject({ total: 1 });
    expect(await contacts.list({ userCountry: 'BR' })).toMatchObject({ total: 0 });
    await expect(contacts.list({ userCountry: 'Brazil' })).rejects.toMatchObject({
      problems: [{ path: 'userCountry' }],
    });
  });

  const movedNumber = message(
    {
      type: 'system',
      from: PHONE,
      system: {
        type: 'user_changed_number',
        body: `User A changed from ${PHONE} to ${NEW_PHONE}`,
        wa_id: NEW_PHONE,
        user_id: NEW_ID,
        previous_user_id: ID,
        parent_user_id: NEW_PARENT,
        previous_parent_user_id: PARENT,
      },
    },
    100,
  );
  const movedId = message(
    {
      type: 'system',
      system: { type: 'user_changed_user_id', body: 'changed', user_id: NEW_ID, previous_user_id: ID },
    },
    100,
  );
  const updatedId = [{ detail: 'changed', user_id: { previous: ID, current: NEW_ID }, timestamp: String(START + 100) }];

  const before = () => says({ from: PHONE, from_user_id: ID, from_parent_user_id: PARENT }, 1);
  const after = () => says({ from_user_id: NEW_ID }, 101);

  it.each<[string, () => Promise<void>, object]>([
    [
      'user_changed_number',
      () => receive({ messages: [movedNumber] }),
      { phone: NEW_PHONE, userId: NEW_ID, parentUserId: NEW_PARENT },
    ],
    // Whoever has a new id has a new number, too, and a message to the former one would go to a stranger.
    ['user_changed_user_id', () => receive({ messages: [movedId] }), { phone: null, userId: NEW_ID }],
    ['user_id_update', () => receive({ user_id_update: updatedId }, 'user_id_update'), { phone: null, userId: NEW_ID }],
  ])('stays one person through %s, reported before or after their next message', async (_, report, expected) => {
    for (const steps of [
      [before, report, after],
      [after, report, before],
      [before, after, report, report],
    ]) {
      await app.get(DataSource).getRepository(ContactIdentityEntity).createQueryBuilder().delete().execute();
      for (const entity of [MessageEntity, ConversationEntity, ContactEntity]) {
        await app.get(DataSource).createQueryBuilder().delete().from(entity).execute();
      }
      for (const step of steps) await step();
      expect(await contacts.list()).toMatchObject({ items: [expected] });
      expect((await contacts.lookup(ID))?.id).toBe((await contacts.lookup(NEW_ID))?.id);
    }
  });

  it('has the number again that is seen with the new id', async () => {
    await before();
    await receive({ messages: [movedId] });
    expect(await contacts.lookup(NEW_ID)).toMatchObject({ phone: null });
    await says({ from: PHONE, from_user_id: NEW_ID }, 101);
    await before();
    expect(await contacts.list()).toMatchObject({ items: [{ phone: PHONE, userId: NEW_ID }] });
  });

  it('is written to by the new id in the conversation, once the number is left', async () => {
    await before();
    const conversations = app.get(ConversationsService);
    const [conversation] = (await conversations.list()).items;
    const id = conversation?.id ?? 0;
    const say = () => conversations.send(id, { type: 'text', text: { body: 'hi' } });
    expect((await say()).message).toMatchObject({ recipientPhone: PHONE });
    await receive({ messages: [movedId] });
    expect((await say()).message).toMatchObject({ recipientPhone: '', userId: NEW_ID });
    const phones = [{ phone: `+${NEW_PHONE}`, wa_id: NEW_PHONE }];
    const card = { origin: 'contact_request', phones };
    await receive({ messages: [message({ from_user_id: NEW_ID, type: 'contacts', contacts: [card] }, 200)] });
    expect((await say()).message).toMatchObject({ recipientPhone: NEW_PHONE });
  });

  it('keeps the new number when a message to the former one is read late', async () => {
    const { wamid } = await send();
    await status(wamid, { recipient_id: PHONE, recipient_user_id: ID });
    const moved = { ...movedNumber, id: 'wamid.moved.later', timestamp: String(Math.ceil(Date.now() / 1_000) + 1) };
    await receive({ messages: [moved] });
    const later = String(Math.ceil(Date.now() / 1_000) + 60);
    await status(wamid, { status: 'read', timestamp: later, recipient_id: PHONE, recipient_user_id: ID });
    expect(await contacts.list()).toMatchObject({ items: [{ phone: NEW_PHONE, userId: NEW_ID }] });
  });

  it('is another person when the number is seen with another id', async () => {
    await says({ from: PHONE, from_user_id: ID }, 1);
    await contacts.optOut(PHONE);
    await says({ from: PHONE, from_user_id: 'US.stranger' }, 50);
    expect(await contacts.lookup(PHONE)).toMatchObject({ userId: 'US.stranger', optedOutAt: null });
    expect(await contacts.lookup(ID)).toMatchObject({ phone: null, optedOutAt: expect.any(Date) });
  });

  it('has the number that they share when they are asked for it', async () => {
    const phones = [{ phone: '+1 650-555-1234', wa_id: PHONE, type: 'CELL' }];
    const card = { origin: 'contact_request', phones };
    await receive({ messages: [message({ from_user_id: ID, type: 'contacts', contacts: [card] })] });
    expect(await contacts.list()).toMatchObject({ items: [{ phone: PHONE, userId: ID }] });
  });

  it('does not have the number of a card that they chose', async () => {
    const card = { origin: 'other', vcard: 'BEGIN:VCARD', phones: [{ phone: '+1 650-555-1234', wa_id: PHONE }] };
    await receive({ messages: [message({ from_user_id: ID, type: 'contacts', contacts: [card] })] });
    expect(await contacts.list()).toMatchObject({ items: [{ phone: null, userId: ID }] });
    expect(await contacts.lookup(PHONE)).toBeNull();
  });

  it('stays forgotten when a status comes after an erasure', async () => {
    const { wamid } = await send();
    await contacts.erase(PHONE);
    await status(wamid, { recipient_id: PHONE, recipient_user_id: ID });
    expect(await app.get(DataSource).getRepository(ContactIdentityEntity).find()).toEqual([]);
  });
});
