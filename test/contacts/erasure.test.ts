import { ContactsService, ContactSourcesService, ContactStatusesService, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { ConversationEntity } from '../../lib/conversations/conversation.entity.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { newMessage } from '../store/new-message.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const ANA_ID = 'US.13491208655302741918';
const ANA = [
  { recipientPhone: '5491123456789' },
  { recipientPhone: '541123456789', phoneNumberId: '813401', direction: 'inbound' as const },
  { recipientPhone: '', userId: ANA_ID, phoneNumberId: '99' },
];
const OTHERS = [{ recipientPhone: '5491123456780' }, { recipientPhone: '5491123456789', workspaceId: 77 }];

describeEachDatabase('erasing a person', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  it('leaves nothing of who they are and what was said, but every row', async () => {
    const workspaceId = await app.get(WorkspacesService).idOf();
    const dataSource = app.get(DataSource);
    const messages = dataSource.getRepository(MessageEntity);
    const details = { content: { body: 'Hola' }, wamid: 'wamid.HBgN', waId: '5491123456789', contextWamid: 'wamid.X' };
    const rows = [...ANA, ...OTHERS].map((fields, index) =>
      newMessage({ id: 100 + index, workspaceId, ...details, ...fields }),
    );
    await messages.insert(rows);
    const person = { phone: '5491123456789', userId: ANA_ID, profileName: 'Ana' };
    const [contact] = await app.get(ContactDirectory).ensure(workspaceId, [person]);
    const contactId = contact?.id ?? 0;
    const filed = {
      company: 'Díaz SRL',
      description: 'Likes tea',
      country: 'AR',
      countryId: 12,
      zip: 'C1000',
      city: 'Buenos Aires',
      state: 'CABA',
      address: 'Av. Corrientes 1234',
      email: 'Ana@example.com',
      assignedId: 5,
      sourceId: (await app.get(ContactSourcesService).create({ name: 'Website' })).id,
      statusId: (await app.get(ContactStatusesService).create({ name: 'New' })).id,
      type: 'lead',
      groups: ['vip'],
    } as const;
    await app.get(ContactsService).update(contactId, filed);
    const conversations = dataSource.getRepository(ConversationEntity);
    await conversations.insert({
      workspaceId,
      contactId,
      phoneNumberId: '813400',
      status: 'active',
      lastMessageAt: new Date(),
      lastMessage: 'Hola',
      lastInboundWamid: 'wamid.HBgN',
      createdAt: new Date(),
    });

    const contacts = app.get(ContactsService);
    await contacts.erase(contactId);

    const stored = await messages.find({ order: { id: 'ASC' } });
    for (const message of stored.slice(0, ANA.length)) {
      const empty = { recipientPhone: '', userId: null, waId: null, wamid: null, contextWamid: null, content: null };
      expect(message).toMatchObject({ ...empty, status: 'sent' });
    }
    // Meta may report a price yet, which depends on it.
    expect(stored.slice(0, ANA.length).map(({ pricingCountry }) => pricingCountry)).toEqual(['AR', null, 'US']);
    for (const message of stored.slice(ANA.length)) expect(message).toMatchObject(details);
    expect(await conversations.findOneByOrFail({ contactId })).toMatchObject({
      lastMessage: null,
      lastInboundWamid: null,
    });
    expect(await dataSource.getRepository(ContactIdentityEntity).count()).toBe(0);
    expect(await dataSource.getRepository(ContactEntity).findOneByOrFail({ id: contactId })).toMatchObject({
      phone: null,
      userId: null,
      profileName: null,
      company: null,
      description: null,
      country: null,
      countryId: null,
      zip: null,
      city: null,
      state: null,
      address: null,
      email: null,
      emailKey: null,
      assignedId: null,
      sourceId: null,
      statusId: null,
      type: null,
      groups: null,
      erasedAt: expect.any(Date),
    });
    await expect(contacts.get(contactId)).rejects.toMatchObject({ code: 'CONTACT_NOT_FOUND' });
    expect(await contacts.list()).toEqual({ items: [], total: 0 });
    const [again] = await app.get(ContactDirectory).ensure(workspaceId, [person]);
    expect(again?.id).not.toBe(contactId);
  });

  it.each(['a contact who was deleted', 'no contact'])('finds what was said to %s by their number', async (who) => {
    const workspaceId = await app.get(WorkspacesService).idOf();
    const contacts = app.get(ContactsService);
    const messages = app.get(DataSource).getRepository(MessageEntity);
    const id = who === 'no contact' ? 200 : 201;
    const phone = `5491177000${id}`;
    const { id: contactId } = who === 'no contact' ? { id: 0 } : await contacts.optOut(phone);
    if (contactId > 0) await contacts.delete(contactId);
    const details = { workspaceId, recipientPhone: phone, content: { body: 'Hola' } };
    const others = { ...details, recipientPhone: `${phone}9` };
    await messages.insert([newMessage({ id, ...details }), newMessage({ id: id + 100, ...others })]);
    await contacts.erase(`+${phone.replace('549', '54')}`);
    expect(await messages.findOneByOrFail({ id })).toMatchObject({ recipientPhone: '', content: null });
    expect(await messages.findOneByOrFail({ id: id + 100 })).toMatchObject(others);
    expect(await app.get(ContactDirectory).find(workspaceId, phone)).toBeNull();
  });

  it('says what is wrong with who it is, and takes no text for the id of a contact', async () => {
    const contacts = app.get(ContactsService);
    await expect(contacts.erase('1')).rejects.toMatchObject({ problems: [{ path: 'person' }] });
    await expect(contacts.erase(999)).rejects.toMatchObject({ code: 'CONTACT_NOT_FOUND' });
  });
});
