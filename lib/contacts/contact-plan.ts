import { storable } from '../database/storable.js';
import type { ContactEntity } from './contact.entity.js';
import { identitiesOf, identityOf, isPhone, type PersonSeen, phoneOf, userIdOf } from './person-seen.js';

/** Somebody who was seen, and who they were before when they told. */
export interface Sighting {
  readonly now: PersonSeen;
  readonly former?: PersonSeen | undefined;
}

/** Sightings of one person, and what of them is known. */
export interface SeenContact {
  readonly sightings: readonly Sighting[];
  readonly identities: ReadonlySet<string>;
  /** Row ids in the order in which they were come across; several for one who was taken for two. */
  readonly contactIds: ReadonlySet<number>;
}

type Traits = Pick<ContactEntity, 'phone' | 'waId' | 'userId' | 'profileName'>;

export const NO_TRAITS: Traits = { phone: null, waId: null, userId: null, profileName: null };

export const identitiesSeen = ({ now, former = {} }: Sighting): readonly string[] => [
  ...new Set([...identitiesOf(former), ...identitiesOf(now)]),
];

/**
 * Who of those seen is the same person.
 * @param known the contact of each identity that is known
 * @returns one for each sighting, in the same order
 */
export function seenContacts(sightings: readonly Sighting[], known: ReadonlyMap<string, number>): SeenContact[] {
  const byIdentity = new Map<string, SeenContact>();
  const byContact = new Map<number, SeenContact>();
  for (const sighting of sightings) {
    const identities = identitiesSeen(sighting);
    if (identities.length === 0) throw new TypeError('Somebody without number and user id cannot be told from others.');
    const contactIds = identities.flatMap((identity) => known.get(identity) ?? []);
    const before = new Set([
      ...identities.flatMap((identity) => byIdentity.get(identity) ?? []),
      ...contactIds.flatMap((id) => byContact.get(id) ?? []),
    ]);
    const seen: SeenContact = {
      sightings: [...[...before].flatMap((other) => other.sightings), sighting],
      identities: new Set([...[...before].flatMap((other) => [...other.identities]), ...identities]),
      contactIds: new Set([...[...before].flatMap((other) => [...other.contactIds]), ...contactIds]),
    };
    for (const identity of seen.identities) byIdentity.set(identity, seen);
    for (const id of seen.contactIds) byContact.set(id, seen);
  }
  return sightings.flatMap((sighting) => byIdentity.get(identitiesSeen(sighting)[0] ?? '') ?? []);
}

/**
 * What is new about a person. A number or user id that was never seen becomes the present one; whoever shows themselves by
 * a former one tells no news, for webhooks come late and in any order.
 */
export function traitsAfter(contact: Traits, { sightings }: SeenContact, known: ReadonlyMap<string, number>): Traits {
  const traits = traitsOf(contact);
  const isFormer = (told: string | undefined, present: string | null) =>
    told !== undefined && present !== null && known.has(identityOf(told)) && !isSame(told, present);
  for (const { now } of sightings) {
    const [phone, userId] = [phoneOf(now), userIdOf(now)];
    if (isFormer(phone, traits.phone) || isFormer(userId, traits.userId)) continue;
    if (phone !== undefined && !isSame(phone, traits.phone)) {
      traits.phone = storable(phone, 32);
      traits.waId = null; // it was the other number's
    }
    if (userId !== undefined) traits.userId = storable(userId, 160);
    if (now.waId && isSame(now.waId, traits.phone)) {
      traits.waId = now.waId;
      if (isPhone(now.waId)) traits.phone = storable(now.waId, 32); // the spelling that reaches them
    }
    if (now.profileName) traits.profileName = storable(now.profileName, 255);
  }
  return traits;
}

const isSame = (told: string, present: string | null): boolean =>
  present !== null && identityOf(told) === identityOf(present);

/** Whether two say the same of a person. */
export const sameTraits = (one: Traits, other: Traits): boolean =>
  one.phone === other.phone &&
  one.waId === other.waId &&
  one.userId === other.userId &&
  one.profileName === other.profileName;

const traitsOf = ({ phone, waId, userId, profileName }: Traits): Traits => ({ phone, waId, userId, profileName });
