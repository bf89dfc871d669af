import { ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ContactReading } from '../../lib/contacts/contact-reading.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

const NOTHING = {
  firstName: null,
  lastName: null,
  email: null,
  type: null,
  company: null,
  description: null,
  country: null,
  groups: null,
};

describeEachDatabase('filing contacts', (database) => {
  let fresh: FreshDatabase;
  let app: TestApp;
  let contacts: ContactsService;
  let last = 0;

  beforeAll(async () => {
    fresh = await database.create();
    app = await TestApp.start({ database: fresh.options });
    contacts = app.get(ContactsService);
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await fresh.drop();
  });

  /** Ten digits of an Argentine mobile that no one has yet. */
  const national = () => String(1_140_000_000 + (last += 1));

  it('saves a stranger as a contact, and changes what is given of one who is known in another spelling', async () => {
    const number = national();
    const first = await contacts.save({ phone: `+54 9 ${number}`, firstName: ' Ana ', email: 'ana@example.com' });
    expect(first).toMatchObject({
      isNew: true,
      contact: { ...NOTHING, phone: `549${number}`, firstName: 'Ana', email: 'ana@example.com' },
    });
    const again = await contacts.save({ phone: `54${number}`, lastName: 'Díaz', groups: 'vip, Norte,vip,,' });
    expect(again).toMatchObject({
      isNew: false,
      contact: {
        id: first.contact.id,
        phone: `549${number}`,
        firstName: 'Ana',
        lastName: 'Díaz',
        groups: ['vip', 'Norte'],
      },
    });
    const cleared = await contacts.save({ phone: `54${number}`, email: null, groups: [] });
    expect(cleared.contact).toMatchObject({ firstName: 'Ana', email: null, groups: null });
    expect(await contacts.get(first.contact.id)).toEqual(cleared.contact);
  });

  it('makes one contact of a number that is saved several times at once', async () => {
    const number = national();
    const saved = await Promise.all(
      [`549${number}`, `54${number}`, `549${number}`, `54${number}`].map((phone) =>
        contacts.save({ phone, firstName: phone }),
      ),
    );
    expect(saved.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(new Set(saved.map(({ contact }) => contact.id)).size).toBe(1);
  });

  it('creates a contact once, whatever the spelling of the number', async () => {
    const number = national();
    const contact = await contacts.create({
      phone: `+549${number}`,
      firstName: 'Ana',
      type: 'lead',
      groups: ['b', ' a ', 'b', ''],
    });
    expect(contact).toMatchObject({ ...NOTHING, firstName: 'Ana', type: 'lead', groups: ['b', 'a'] });
    expect(await contacts.get(contact.id)).toEqual(contact);
    for (const phone of [`549${number}`, `+54 ${number}`, `54${number.slice(0, 2)}15${number.slice(2)}`]) {
      await expect(contacts.create({ phone, firstName: 'Eva' })).rejects.toMatchObject({ code: 'CONTACT_EXISTS' });
    }
    const created = await Promise.allSettled(
      [0, 1, 2, 3].map((index) => contacts.create({ phone: `${index % 2 ? '549' : '54'}1155${number.slice(4)}` })),
    );
    expect(created.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refusals = created.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refusals).toEqual(Array(3).fill(expect.objectContaining({ code: 'CONTACT_EXISTS' })));
  });

  it('names everything that is wrong at once, also that the number is taken', async () => {
    const phone = `549${national()}`;
    await contacts.create({ phone });
    const wrong = {
      phone,
      firstName: 'x'.repeat(256),
      email: 'nobody',
      company: 'a\0b',
      country: 'x'.repeat(65),
      description: 'x'.repeat(10_001),
      groups: ['ok', 'x'.repeat(101), 'tab\there', 'a,b'],
    };
    const paths = [
      'firstName',
      'company',
      'description',
      'country',
      'email',
      'groups[1]',
      'groups[2]',
      'groups[3]',
      'phone',
    ];
    const refused = { code: 'VALIDATION_ERROR', problems: paths.map((path) => expect.objectContaining({ path })) };
    await expect(contacts.create(wrong)).rejects.toMatchObject(refused);
    expect((await app.get(ContactReading).problemsOf(1, wrong)).map(({ path }) => path)).toEqual(paths);
    const elsewhere = await contacts.create({ phone: `549${national()}` });
    await expect(contacts.update(elsewhere.id, wrong)).rejects.toMatchObject(refused);
    await expect(contacts.save({ ...wrong, phone: 'nobody' })).rejects.toMatchObject({
      problems: [expect.objectContaining({ path: 'phone' }), ...refused.problems.slice(0, -1)],
    });
  });

  it('holds the longest of everything, in characters of four bytes', async () => {
    const longest = {
      firstName: 'ñ'.repeat(255),
      lastName: '😀'.repeat(127),
      email: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.example`,
      company: '漢'.repeat(255),
      description: '😀'.repeat(5_000),
      country: '漢'.repeat(64),
      groups: Array.from({ length: 100 }, (_, index) => `${'"'.repeat(97)}${String(index).padStart(3, '0')}`),
    };
    const contact = await contacts.create({ phone: `549${national()}`, ...longest });
    expect(contact).toMatchObject(longest);
    const wide = Array.from({ length: 100 }, (_, index) => `${'漢'.repeat(97)}${String(index).padStart(3, '0')}`);
    expect(await contacts.update(contact.id, { groups: wide })).toMatchObject({ groups: wide });
    await expect(contacts.update(contact.id, { groups: [...wide, 'one more'] })).rejects.toMatchObject({
      problems: [{ path: 'groups' }],
    });
  });

  it('changes what is given, and takes away what is null', async () => {
    const phone = `549${national()}`;
    const { id } = await contacts.create({ phone, firstName: 'Ana', lastName: 'Díaz', country: 'AR' });
    const changed = await contacts.update(id, { lastName: null, company: ' Díaz SRL ', type: 'customer' });
    expect(changed).toMatchObject({
      ...NOTHING,
      phone,
      firstName: 'Ana',
      company: 'Díaz SRL',
      type: 'customer',
      country: 'AR',
    });
    expect(await contacts.get(id)).toEqual(changed);
    expect(await contacts.update(id, {})).toEqual(changed);
    await contacts.update(id, { description: "it's", groups: 'a' });
    for (const none of [0, -1, 2 ** 31, 2 ** 40, Number.NaN, 1.5]) {
      const refused = { code: 'CONTACT_NOT_FOUND' };
      await expect(contacts.update(none, { firstName: 'x' })).rejects.toMatchObject(refused);
      await expect(contacts.get(none)).rejects.toMatchObject(refused);
      await expect(contacts.delete(none)).rejects.toMatchObject(refused);
    }
    await expect(contacts.update(id, { firstName: 'x' }, { workspace: 'elsewhere' })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
    });
  });

  it('gives a contact a new number that no one has, and frees one under which nothing ever happened', async () => {
    const [typo, right] = [national(), national()];
    const { id } = await contacts.create({ phone: `549${typo}` });
    expect(await contacts.update(id, { phone: `54${typo}` })).toMatchObject({ phone: `54${typo}` });
    expect(await contacts.update(id, { phone: `549${right}` })).toMatchObject({ id, phone: `549${right}` });
    const other = await contacts.create({ phone: `549${typo}` });
    expect(other.id).not.toBe(id);
    await expect(contacts.update(other.id, { phone: `54${right}`, firstName: 'x' })).rejects.toMatchObject({
      code: 'CONTACT_EXISTS',
    });
    expect(await contacts.get(other.id)).toEqual(other);
  });

  it('keeps a former number that marketing was refused under, so that a new contact cannot be sent any', async () => {
    const [former, present] = [`549${national()}`, `549${national()}`];
    const { id } = await contacts.create({ phone: former });
    await contacts.optOut(former);
    await contacts.update(id, { phone: present });
    expect(await contacts.lookup(former)).toMatchObject({ id, phone: present });
    await expect(contacts.create({ phone: former })).rejects.toMatchObject({ code: 'CONTACT_EXISTS' });
    expect(await contacts.update(id, { phone: former })).toMatchObject({ phone: former });
  });

  it('makes one contact of two that are given the same number at once', async () => {
    const [one, other] = await Promise.all([0, 1].map(() => contacts.create({ phone: `549${national()}` })));
    const phone = `549${national()}`;
    const changes = await Promise.allSettled(
      [one, other].map((contact) => contacts.update(contact?.id ?? 0, { phone })),
    );
    expect(changes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
