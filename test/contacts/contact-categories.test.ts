import {
  ContactEntity,
  ContactGroupsService,
  ContactsService,
  ContactSourcesService,
  ContactStatusesService,
  WorkspacesService,
} from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const email = (index: number) => (index % 2 === 0 ? 'Race@example.com' : 'race@EXAMPLE.com');

let people = 0;
const someone = () => `+54911${20_000_000 + (people += 1)}`;

describeEachDatabase('what contacts are sorted by', (database) => {
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

  it('stays one email for one contact, however many ask for it at once', async () => {
    const contacts = app.get(ContactsService);
    const created = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => contacts.create({ phone: someone(), email: email(index) })),
    );
    const refused = created.filter((one) => one.status === 'rejected').map(({ reason }) => reason.code);
    expect(refused).toEqual(Array.from({ length: 7 }, () => 'CONTACT_EMAIL_TAKEN'));
    const others = await Promise.all([0, 1, 2].map(() => contacts.create({ phone: someone() })));
    const updates = await Promise.allSettled(
      others.map(({ id }) => contacts.update(id, { email: 'next@example.com' })),
    );
    expect(updates.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const saves = await Promise.allSettled(
      [0, 1, 2].map(() => contacts.save({ phone: someone(), email: 'saved@example.com' })),
    );
    expect(saves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('is referred to by no contact once it is deleted, also by those that are filed meanwhile', async () => {
    const contacts = app.get(ContactsService);
    const [sources, statuses] = [app.get(ContactSourcesService), app.get(ContactStatusesService)];
    const { id: sourceId } = await sources.create({ name: 'Website' });
    const { id: statusId } = await statuses.create({ name: 'New' });
    const deeds = Array.from({ length: 12 }, () => contacts.create({ phone: someone(), sourceId, statusId }));
    await Promise.allSettled([...deeds, sources.delete(sourceId), statuses.delete(statusId)]);
    const rows = app.get(DataSource).getRepository(ContactEntity);
    expect(await rows.countBy({ sourceId })).toBe(0);
    expect(await rows.countBy({ statusId })).toBe(0);
  });

  it('is made of the groups that contacts are filed in, once each, and taken from all of them', async () => {
    const contacts = app.get(ContactsService);
    const groups = app.get(ContactGroupsService);
    await Promise.all([0, 1, 2, 3].map(() => contacts.create({ phone: someone(), groups: ['vip', 'Ñandú'] })));
    const { items } = await groups.list();
    expect(items.map(({ name }) => name).toSorted()).toEqual(['vip', 'Ñandú']);
    const vip = items.find(({ name }) => name === 'vip');
    await groups.update(vip?.id ?? 0, { name: 'VIP' });
    expect(await contacts.list({ group: 'VIP' })).toMatchObject({ total: 4 });
    await groups.delete(vip?.id ?? 0);
    expect(await contacts.list({ group: 'VIP' })).toMatchObject({ total: 0 });
    expect(await contacts.list({ group: 'Ñandú' })).toMatchObject({ total: 4 });
  });

  it('changes the contacts that are in it alone: no one, where it is empty, and no one of another workspace', async () => {
    const contacts = app.get(ContactsService);
    const groups = app.get(ContactGroupsService);
    const { id } = await contacts.create({ phone: someone(), groups: ['club'] });
    const rows = app.get(DataSource).getRepository(ContactEntity);
    const before = await rows.find({ order: { id: 'ASC' } });
    await app.get(WorkspacesService).ensure('other');
    const empty = await groups.create({ name: 'club' }, { workspace: 'other' });
    await groups.update(empty.id, { name: 'Club' }, { workspace: 'other' });
    await groups.delete(empty.id, { workspace: 'other' });
    expect(await rows.find({ order: { id: 'ASC' } })).toEqual(before);
    expect(await contacts.get(id)).toMatchObject({ groups: ['club'] });
  });
});
