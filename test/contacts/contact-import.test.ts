import { type ContactImportRow, ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const phone = (last: number) => `+54 9 11 5000-${String(last).padStart(4, '0')}`;

describeEachDatabase('importing contacts', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let contacts: ContactsService;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    contacts = app.get(ContactsService);
    await contacts.create({ phone: phone(0), firstName: 'Ana', company: 'Acme', email: 'ana@example.com' });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  const rows: readonly ContactImportRow[] = [
    { phone: '5491150000000', lastName: 'Díaz', groups: ['vip'], consent: 'opted_in' },
    { phone: phone(1), firstName: 'Bob', consent: 'opted_out' },
    { phone: '12', email: 'no email', row: 14 },
    { phone: '541150000001', firstName: 'Bob again' },
    { phone: phone(2), email: 'ANA@example.com' },
    { unreadable: 'has 2 of 3 cells.', row: 20 },
    { userId: 'US.13491208655302741918', firstName: 'Cleo' },
    { phone: phone(3), statusId: 999 },
  ];
  const problems = [
    { row: 4, path: 'phone', message: 'is that of row 2, too.' },
    { row: 5, path: 'email', message: 'is another contact’s already.' },
    { row: 8, path: 'statusId', message: 'The selected status id is invalid.' },
    { row: 14, path: 'phone' },
    { row: 14, path: 'email', message: 'must be an email address.' },
    { row: 20, path: '', message: 'has 2 of 3 cells.' },
  ];
  const report = { rows: 8, created: 2, updated: 1, failed: 5, problems, furtherProblems: 0 };

  it('foresees everything and stores nothing in a dry run', async () => {
    expect(await contacts.import({ rows, isDryRun: true })).toMatchObject({ isDryRun: true, ...report });
    expect((await contacts.list()).total).toBe(1);
  });

  it('files who is new, changes who is known, and leaves out what is wrong', async () => {
    expect(await contacts.import({ rows, enteredBy: 'Paula' })).toMatchObject({ isDryRun: false, ...report });
    const ana = await contacts.lookup(phone(0));
    expect(ana).toMatchObject({
      firstName: 'Ana',
      lastName: 'Díaz',
      company: 'Acme',
      groups: ['vip'],
      optedOutAt: null,
    });
    expect(await contacts.consentHistory(ana?.id ?? 0)).toMatchObject([{ consent: 'opted_in', enteredBy: 'Paula' }]);
    expect(await contacts.lookup(phone(1))).toMatchObject({ firstName: 'Bob', optOutSource: 'api' });
    expect(await contacts.lookup('US.13491208655302741918')).toMatchObject({ firstName: 'Cleo' });
  });

  it('may be run again, and says nothing of marketing twice', async () => {
    expect(await contacts.import({ rows })).toMatchObject({ created: 0, updated: 3, failed: 5 });
    const ana = await contacts.lookup(phone(0));
    expect(await contacts.consentHistory(ana?.id ?? 0)).toHaveLength(1);
  });

  it('is bounded, and hands over every contact once, however many there are', async () => {
    const many = Array.from({ length: 520 }, (_, index) => ({
      phone: phone(1_000 + index),
      firstName: `No. ${index}`,
    }));
    await expect(contacts.import({ rows: many, maxRows: 505 })).rejects.toMatchObject({ problems: [{ path: 'rows' }] });
    expect(await contacts.import({ rows: many })).toMatchObject({ rows: 520, created: 15, updated: 505 });
    const names: string[] = [];
    for await (const { firstName } of contacts.export({ search: 'no.' })) names.push(firstName ?? '');
    expect(names.toSorted()).toEqual(many.map(({ firstName }) => firstName).toSorted());
    const groups: unknown[] = [];
    for await (const contact of contacts.export({ group: 'vip' })) groups.push(contact.groups);
    expect(groups).toEqual([['vip']]);
  });
});
