import { ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const PEOPLE = [
  { firstName: 'Ana', lastName: 'Díaz', type: 'lead', groups: ['vip', 'north'], email: 'Ana@example.com' },
  { firstName: 'Bob', lastName: 'Smith', type: 'customer', groups: ['VIP'], company: '100% Wool' },
  { firstName: 'Célia', groups: ['vip 2', 'say "vip"', 'back\\slash', '100%', 'ñandú'] },
  { firstName: 'Dan', type: 'lead' },
] as const;

describeEachDatabase('listing contacts', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let contacts: ContactsService;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    contacts = app.get(ContactsService);
    for (const [index, person] of PEOPLE.entries()) {
      await contacts.create({ phone: `+54 9 11 4000-000${index}`, ...person });
    }
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const namesOf = async (filters: Parameters<ContactsService['list']>[0]) => {
    const { items, total } = await contacts.list(filters);
    expect(items).toHaveLength(total);
    return items.map(({ firstName }) => firstName);
  };

  it('shows the newest first, page by page', async () => {
    expect(await namesOf({})).toEqual(['Dan', 'Célia', 'Bob', 'Ana']);
    const page = await contacts.list({ page: 2, pageSize: 3 });
    expect(page).toMatchObject({ total: 4, items: [{ firstName: 'Ana' }] });
    expect(await contacts.list({ page: 9 })).toEqual({ total: 4, items: [] });
    await expect(contacts.list({ page: 0, pageSize: 101 })).rejects.toMatchObject({
      problems: [{ path: 'page' }, { path: 'pageSize' }],
    });
  });

  it.each([
    ['vip', ['Ana']],
    ['VIP', ['Bob']],
    [' north ', ['Ana']],
    ['vip 2', ['Célia']],
    ['say "vip"', ['Célia']],
    ['back\\slash', ['Célia']],
    ['100%', ['Célia']],
    ['%', []],
    ['v_p', []],
    ['ñandú', ['Célia']],
    ['', ['Dan', 'Célia', 'Bob', 'Ana']],
  ])('finds those in the group %j, and no other', async (group, names) => {
    expect(await namesOf({ group })).toEqual(names);
  });

  it('refuses a group with a comma, which no group has in its name', async () => {
    for (const group of [',', ', ', 'vip,north']) {
      await expect(contacts.list({ group })).rejects.toMatchObject({ problems: [{ path: 'group' }] });
    }
  });

  it.each([
    ['ana', ['Ana']],
    ['DÍAZ', ['Ana']],
    ['ana example', ['Ana']],
    ['wool', ['Bob']],
    ['100%', ['Bob']],
    ['célia', ['Célia']],
    ['11 4000-0003', ['Dan']],
    ['+541140000003', ['Dan']],
    ['5491140', ['Dan', 'Célia', 'Bob', 'Ana']],
    ['nobody', []],
  ])('finds %j', async (search, names) => {
    expect(await namesOf({ search })).toEqual(names);
  });

  it('combines filters', async () => {
    expect(await namesOf({ type: 'lead' })).toEqual(['Dan', 'Ana']);
    expect(await namesOf({ type: 'lead', search: 'an', group: 'vip' })).toEqual(['Ana']);
    expect(await namesOf({ type: 'customer', group: 'vip' })).toEqual([]);
  });
});
