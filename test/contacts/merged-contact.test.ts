import { describe, expect, it } from 'vitest';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { mergedContact } from '../../lib/contacts/contact-rows.js';

const NOBODY = Object.assign(new ContactEntity(), {
  phone: null,
  firstName: null,
  company: null,
  type: null,
  groups: null,
  optedOutAt: null,
  consentAt: null,
  blockedAt: null,
  deletedAt: null,
});

const contact = (fields: Partial<ContactEntity>) => Object.assign(new ContactEntity(), NOBODY, fields);

const names = (letter: string) => Array.from({ length: 100 }, (_, index) => `${letter}${index}`);

describe('one contact made of several', () => {
  it('has what is filed about any of them, and the groups of all', () => {
    const older = contact({ id: 1, firstName: 'Ana', company: 'Old', groups: ['a', 'b'] });
    const newer = contact({ id: 2, company: 'New', type: 'lead', groups: ['b', 'c'] });
    const filed = { firstName: 'Ana', type: 'lead', groups: ['a', 'b', 'c'] };
    expect(mergedContact([older, newer])).toMatchObject({ id: 1, company: 'New', ...filed });
    expect(mergedContact([newer, older])).toMatchObject({ id: 1, company: 'Old', ...filed });
    expect(mergedContact([contact({ id: 1 }), newer])).toMatchObject({ groups: ['b', 'c'] });
  });

  it('has the email of the later one with what makes it theirs alone, and where they live and come from', () => {
    const older = contact({ id: 1, email: 'A@x.com', emailKey: 'a@x.com', city: 'Rosario', sourceId: 1, statusId: 1 });
    const newer = contact({ id: 2, email: 'B@x.com', emailKey: 'b@x.com', zip: '2000', sourceId: 2, assignedId: 9 });
    const filed = { id: 1, city: 'Rosario', zip: '2000', statusId: 1, assignedId: 9 };
    expect(mergedContact([older, newer])).toMatchObject({
      ...filed,
      email: 'B@x.com',
      emailKey: 'b@x.com',
      sourceId: 2,
    });
    expect(mergedContact([newer, older])).toMatchObject({
      ...filed,
      email: 'A@x.com',
      emailKey: 'a@x.com',
      sourceId: 1,
    });
  });

  it('is the row that shall stay, or the oldest', () => {
    const both = [contact({ id: 5 }), contact({ id: 3, firstName: 'Eva' })];
    expect(mergedContact(both).id).toBe(3);
    expect(mergedContact(both, both[0])).toMatchObject({ id: 5, firstName: 'Eva' });
  });

  it('is deleted only when all of them are', () => {
    const deletedAt = new Date();
    const createdAt = new Date(1);
    const [deleted, listed] = [contact({ id: 1, deletedAt, createdAt: new Date(0) }), contact({ id: 2, createdAt })];
    expect(mergedContact([deleted, listed])).toMatchObject({ id: 1, deletedAt: null, createdAt });
    expect(mergedContact([listed, deleted])).toMatchObject({ id: 1, deletedAt: null, createdAt });
    expect(mergedContact([deleted, contact({ id: 3, deletedAt })]).deletedAt).toEqual(deletedAt);
  });

  it('is in no more groups than a row holds', () => {
    const merged = mergedContact([contact({ id: 1, groups: names('a') }), contact({ id: 2, groups: names('b') })]);
    expect(merged.groups).toEqual(names('a'));
  });
});
