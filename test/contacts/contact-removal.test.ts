import { ContactEntity, ContactsService } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { MarketingConsents } from '../../lib/contacts/marketing-consents.js';
import { ConversationOpenings } from '../../lib/conversations/conversation-rows.js';
import { WorkspacesService } from '../../lib/accounts/workspaces.service.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const FILED = {
  firstName: 'Ana',
  lastName: 'Díaz',
  email: 'ana@example.com',
  type: 'customer',
  company: 'Díaz SRL',
  description: 'Likes tea',
  country: 'AR',
  groups: ['vip'],
} as const;
const NOTHING = Object.fromEntries(Object.keys(FILED).map((name) => [name, null]));

describeEachDatabase('deleting contacts', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let contacts: ContactsService;
  let workspaceId: number;
  let last = 0;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    contacts = app.get(ContactsService);
    workspaceId = await app.get(WorkspacesService).idOf();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const number = () => `549${1_140_000_000 + (last += 1)}`;
  const row = (id: number) => app.get(DataSource).getRepository(ContactEntity).findOneBy({ id });
  const identitiesOf = (contactId: number) =>
    app.get(DataSource).getRepository(ContactIdentityEntity).countBy({ contactId });
  const refusals = async (phone: string) =>
    (await app.get(MarketingConsents).refusalsOf(workspaceId, [phone], 'MARKETING')).get(phone);
  const talkWith = (phone: string) =>
    app.get(ConversationOpenings).of({ workspaceId, phoneNumberId: '813400', person: { phone } });

  /** No one finds them by any way. */
  async function expectGone(id: number, phone: string): Promise<void> {
    const gone = { code: 'CONTACT_NOT_FOUND' };
    await expect(contacts.get(id)).rejects.toMatchObject(gone);
    await expect(contacts.update(id, { firstName: 'x' })).rejects.toMatchObject(gone);
    await expect(contacts.delete(id)).rejects.toMatchObject(gone);
    expect(await contacts.lookup(phone)).toBeNull();
    expect((await contacts.list({ search: phone })).total).toBe(0);
  }

  it('leaves nothing of a person on whom nothing stands', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone, ...FILED });
    await contacts.delete(id);
    await expectGone(id, phone);
    expect(await row(id)).toBeNull();
    expect(await identitiesOf(id)).toBe(0);
    expect(await contacts.create({ phone, firstName: 'Eva' })).toMatchObject({ ...NOTHING, firstName: 'Eva' });
  });

  it('keeps that a person wants no marketing, and nothing else, until they are created again', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone, ...FILED });
    await contacts.optOut(phone, { source: 'keyword' });
    await contacts.delete(id);
    await expectGone(id, phone);
    expect(await row(id)).toMatchObject({ ...NOTHING, phone, deletedAt: expect.any(Date) });
    expect(await refusals(phone)).toBe('OPTED_OUT');
    const again = await contacts.create({ phone: phone.replace('549', '54'), firstName: 'Ana', groups: 'new' });
    expect(again).toMatchObject({ ...NOTHING, id, firstName: 'Ana', groups: ['new'], optOutSource: 'keyword' });
    expect(await contacts.list({ search: phone })).toMatchObject({ total: 1, items: [{ id }] });
    expect(await refusals(phone)).toBe('OPTED_OUT');
    await expect(contacts.create({ phone })).rejects.toMatchObject({ code: 'CONTACT_EXISTS' });
  });

  it('keeps that a person is blocked, who can still be seen among the blocked', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone });
    await app.get(DataSource).getRepository(ContactEntity).update({ id }, { blockedAt: new Date() });
    await contacts.delete(id);
    expect(await refusals(phone)).toBe('BLOCKED');
    expect((await contacts.blocked()).map((contact) => contact.id)).toContain(id);
    expect(await contacts.save({ phone })).toMatchObject({ isNew: true, contact: { id } });
  });

  it('keeps a conversation, whose contact is one again when they talk', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone, ...FILED });
    const conversation = await talkWith(phone);
    await contacts.delete(id);
    await expectGone(id, phone);
    expect(await talkWith(phone)).toMatchObject({ id: conversation.id, contact: { id, ...NOTHING } });
    expect(await contacts.get(id)).toMatchObject({ phone });
  });

  it('is undone by an opt-out of theirs that comes after it, and the opt-out holds', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone });
    await contacts.delete(id);
    await contacts.optOut(phone);
    expect(await refusals(phone)).toBe('OPTED_OUT');
    const contact = await contacts.lookup(phone);
    await contacts.delete(contact?.id ?? 0);
    await contacts.optOut(phone);
    expect(await contacts.lookup(phone)).toMatchObject({ id: contact?.id });
  });

  it('frees the number: another contact that gets it takes over what was kept', async () => {
    const [phone, other] = [number(), number()];
    const deleted = await contacts.create({ phone });
    const conversation = await talkWith(phone);
    await contacts.optOut(phone);
    await contacts.delete(deleted.id);
    const { id } = await contacts.create({ phone: other, firstName: 'Bea' });
    expect(await contacts.update(id, { phone, lastName: 'Paz' })).toMatchObject({
      id,
      phone,
      firstName: 'Bea',
      lastName: 'Paz',
      optedOutAt: expect.any(Date),
    });
    expect(await row(deleted.id)).toBeNull();
    expect(await refusals(phone)).toBe('OPTED_OUT');
    expect(await refusals(other)).toBeUndefined();
    expect(await talkWith(phone)).toMatchObject({ id: conversation.id, contact: { id } });
    expect(await contacts.create({ phone: other })).not.toMatchObject({ id });
  });

  it('is undone under a former number by creating a contact of that', async () => {
    const [former, phone] = [number(), number()];
    const { id } = await contacts.create({ phone: former });
    await contacts.optOut(former);
    await contacts.update(id, { phone });
    await app.get(ContactDirectory).ensure(workspaceId, [{ phone, waId: phone }]);
    await contacts.delete(id);
    expect(await contacts.create({ phone: former })).toMatchObject({ id, phone: former, waId: null });
    expect([await refusals(former), await refusals(phone)]).toEqual(['OPTED_OUT', 'OPTED_OUT']);
  });

  it('does not keep a person from being erased', async () => {
    const phone = number();
    const { id } = await contacts.create({ phone });
    await contacts.optOut(phone);
    await contacts.delete(id);
    await contacts.erase(id);
    expect(await row(id)).toMatchObject({ phone: null, optedOutAt: null, erasedAt: expect.any(Date) });
    await expectGone(id, phone);
  });

  it('does not take a person who writes under a number that was corrected just now for another', async () => {
    const [wrong, right] = [number(), number()];
    const { id } = await contacts.create({ phone: wrong, firstName: 'Ana' });
    const directory = app.get(ContactDirectory);
    const ensure = directory.ensure.bind(directory);
    vi.spyOn(directory, 'ensure').mockImplementationOnce(async (...people) => {
      const found = await ensure(...people);
      await contacts.update(id, { phone: right });
      return found;
    });
    const { contact } = await talkWith(wrong);
    expect(contact).toMatchObject({ ...NOTHING, phone: wrong });
    expect(contact.id).not.toBe(id);
    expect(await contacts.lookup(wrong)).toMatchObject({ id: contact.id });
  });

  it('goes well with the person writing at the same moment', async () => {
    for (let round = 0; round < 10; round += 1) {
      const phone = number();
      const { id } = await contacts.create({ phone, ...FILED });
      const [, conversation] = await Promise.all([contacts.delete(id), talkWith(phone)]);
      expect(await app.get(ContactDirectory).find(workspaceId, phone)).toMatchObject({ id: conversation.contactId });
    }
  });
});
