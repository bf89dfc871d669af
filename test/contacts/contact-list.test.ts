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

  it('goes on where a page ended, also when someone new came meanwhile', async () => {
    const first = await contacts.browse({ limit: 3 });
    expect(first.items.map(({ firstName }) => firstName)).toEqual(['Dan', 'Célia', 'Bob']);
    const { id } = await contacts.create({ phone: '+54 9 11 4999-0000' });
    const second = await contacts.browse({ limit: 3, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ firstName: 'Ana' }], nextCursor: null });
    await contacts.delete(id);
    await expect(contacts.browse({ cursor: 'x' })).rejects.toMatchObject({ problems: [{ path: 'cursor' }] });
    await expect(contacts.browse({ limit: 0 })).rejects.toMatchObject({ problems: [{ path: 'limit' }] });
  });

  it('finds people by what they said of marketing, and by their block', async () => {
    await contacts.optOut('+54 9 11 4000-0000');
    await contacts.optIn('+54 9 11 4000-0001');
    expect(await namesOf({ consent: 'opted_out' })).toEqual(['Ana']);
    expect(await namesOf({ consent: 'opted_in' })).toEqual(['Bob']);
    expect(await namesOf({ consent: 'unknown' })).toEqual(['Dan', 'Célia']);
    expect(await namesOf({ isBlocked: true })).toEqual([]);
    expect(await namesOf({ isBlocked: false, type: 'lead' })).toEqual(['Dan', 'Ana']);
    const wrong: object = { consent: 'maybe' };
    await expect(contacts.list(wrong)).rejects.toMatchObject({ problems: [{ path: 'consent' }] });
  });

  it('shows the numbers of a person, the present one first', async () => {
    const [ana] = (await contacts.list({ search: 'ana' })).items;
    await contacts.update(ana?.id ?? 0, { phone: '+54 9 11 4777-0000' });
    expect(await contacts.identities(ana?.id ?? 0)).toMatchObject([
      { identity: '541147770000', kind: 'phone', until: null },
      { identity: '541140000000', kind: 'phone', since: null, until: null },
    ]);
    await contacts.update(ana?.id ?? 0, { phone: '+54 9 11 4000-0000' });
  });

  it('combines filters', async () => {
    expect(await namesOf({ type: 'lead' })).toEqual(['Dan', 'Ana']);
    expect(await namesOf({ type: 'lead', search: 'an', group: 'vip' })).toEqual(['Ana']);
    expect(await namesOf({ type: 'customer', group: 'vip' })).toEqual([]);
  });
});
