import { joinGroups } from './contact-groups.js';
import { ContactEntity } from './contact.entity.js';

const OF_CONSENT = ['optedOutAt', 'optOutSource', 'consentAt'] as const;
const OF_LISTING = ['deletedAt', 'createdAt'] as const;
const OF_EMAIL = ['email', 'emailKey'] as const;
const OF_BLOCK = ['blockedAt', 'blockReason'] as const;
const OF_PERSON = [
  ...(['phone', 'waId', 'userId', 'profileName', 'firstName', 'lastName'] as const),
  ...(['type', 'company', 'description', 'country', 'countryId'] as const),
  ...(['zip', 'city', 'state', 'address', 'sourceId', 'statusId', 'assignedId'] as const),
];

/**
 * One contact made of several that are the same person: the row that stays, with what the later ones in the list know of
 * the person. They are in the groups of all; the latest wish about marketing holds, and a block of any of them. Whoever was
 * taken out becomes a contact again by one who is.
 * @param stays the oldest row when left out
 */
export function mergedContact(contacts: readonly ContactEntity[], stays = oldestOf(contacts)): ContactEntity {
  const merged = Object.assign(new ContactEntity(), stays);
  for (const contact of contacts) {
    for (const name of OF_PERSON) Reflect.set(merged, name, contact[name] ?? merged[name]);
    if (contact.email) copy(contact, merged, OF_EMAIL);
    merged.groups = joinGroups(merged.groups, contact.groups);
    if (contact.deletedAt === null && merged.deletedAt !== null) copy(contact, merged, OF_LISTING);
    if (isLaterConsent(contact, merged)) copy(contact, merged, OF_CONSENT);
    if (contact.blockedAt) copy(contact, merged, OF_BLOCK);
  }
  return merged;
}

function oldestOf(contacts: readonly ContactEntity[]): ContactEntity {
  const [oldest] = contacts.toSorted((a, b) => a.id - b.id);
  if (!oldest) throw new TypeError('There is no contact to merge.');
  return oldest;
}

type Consent = Pick<ContactEntity, 'consentAt' | 'optedOutAt'>;

/** Whether a wish about marketing is later than another; of two at the same moment, the one that wants none. */
export function isLaterConsent(wish: Consent, than: Consent): boolean {
  const [at, before] = [wish.consentAt?.getTime() ?? -1, than.consentAt?.getTime() ?? -1];
  return at === before ? wish.optedOutAt !== null && than.optedOutAt === null : at > before;
}

function copy(from: ContactEntity, to: ContactEntity, names: readonly (keyof ContactEntity)[]): void {
  for (const name of names) Reflect.set(to, name, from[name]);
}
