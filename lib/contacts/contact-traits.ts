import { storable } from '../database/storable.js';
import type { Ownership } from './contact-plan.js';
import type { ContactEntity } from './contact.entity.js';
import { identityOf, isPhone, type PersonSeen, phoneOf, userIdOf } from './person-seen.js';

export type Traits = Pick<ContactEntity, 'phone' | 'waId' | 'userId' | 'profileName'>;

export const NO_TRAITS: Traits = { phone: null, waId: null, userId: null, profileName: null };

/**
 * What is known of a person after they were seen: the number and user id that they have now, and the name that they gave
 * themselves with these.
 * @param own times of all their identities
 */
export function traitsAfter(contact: Traits, own: readonly Ownership[], seen: readonly PersonSeen[]): Traits {
  const present = presentOf(own);
  const isPhonePresent = (phone: string | null | undefined) => !!phone && present.phones.includes(identityOf(phone));
  const traits = { phone: contact.phone, waId: contact.waId, userId: present.userId, profileName: contact.profileName };
  if (!isPhonePresent(traits.phone) || !isLatest(own, traits.phone)) {
    const told = seen
      .toReversed()
      .flatMap((person) => [phoneOf(person) ?? [], person.phone ?? [], person.waId ?? []].flat());
    const latest = present.phones[0];
    traits.phone =
      latest === undefined
        ? null
        : storable(told.find((one) => isPhone(one) && identityOf(one) === latest) ?? latest, 32);
    traits.waId = null; // it was the other number's
  }
  for (const person of seen) {
    const [phone, userId] = [phoneOf(person), userIdOf(person)];
    if (phone !== undefined && !isPhonePresent(phone) && present.phones.length > 0) continue;
    if (userId !== undefined && identityOf(userId) !== present.userId) continue;
    if (person.waId && traits.phone !== null && identityOf(person.waId) === identityOf(traits.phone)) {
      traits.waId = person.waId;
      if (isPhone(person.waId)) traits.phone = storable(person.waId, 32); // the spelling that reaches them
    }
    if (person.profileName) traits.profileName = storable(person.profileName, 255);
  }
  return traits;
}

interface Present {
  /** The one taken last comes first. */
  readonly phones: readonly string[];
  readonly userId: string | null;
}

const latestFirst = (a: Ownership, b: Ownership) =>
  b.since.getTime() - a.since.getTime() ||
  b.seenAt.getTime() - a.seenAt.getTime() ||
  (a.identity < b.identity ? -1 : 1);

function presentOf(own: readonly Ownership[]): Present {
  const present = own.filter(({ until }) => until === null).toSorted(latestFirst);
  const userId = present.find(({ identity }) => !isPhone(identity));
  return {
    phones: present.filter(({ identity }) => isPhone(identity)).map(({ identity }) => identity),
    userId: userId?.identity ?? null,
  };
}

/** Returns whether the contact has taken no other number since. */
function isLatest(own: readonly Ownership[], phone: string | null): boolean {
  const present = own.filter(({ identity, until }) => until === null && isPhone(identity));
  const time = present.find(({ identity }) => phone !== null && identity === identityOf(phone));
  return time !== undefined && present.every(({ since }) => since <= time.since);
}

/** Whether two say the same of a person. */
export const sameTraits = (one: Traits, other: Traits): boolean =>
  one.phone === other.phone &&
  one.waId === other.waId &&
  one.userId === other.userId &&
  one.profileName === other.profileName;
