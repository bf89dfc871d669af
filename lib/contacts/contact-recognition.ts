import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { truncateForColumn } from '../store/columns.js';
import { readEntities, type Statements } from '../store/statement.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import {
  contactOf,
  ContactPlan,
  isLeftBehind,
  latestFirst,
  identitiesReported,
  type Ownership,
  ownerAt,
  seenAt,
  type ContactReport,
  timesOf,
  timesByContact,
} from './contact-plan.js';
import { ContactRows, namesAfter, type OwnNames } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';
import {
  identitiesOf,
  identityOf,
  isParentUserId,
  isPhone,
  type ReportedContact,
  phoneOf,
  userIdOf,
  userIdsOf,
} from './reported-contact.js';

/** Finds the contacts of people who were seen, and writes down what is new about them. */
@Injectable()
export class ContactRecognition {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly rows: ContactRows,
  ) {}

  /** The contacts of people with nothing new, as of most; undefined when something is. */
  async knownOf(workspaceId: number, people: readonly ReportedContact[]): Promise<ContactEntity[] | undefined> {
    const identities = [...new Set(people.flatMap(identitiesOf))];
    const where = { workspaceId, identity: inList(this.identities, identities) };
    const times = timesOf(await readEntities(this.identities, where));
    if (identities.some((identity) => !times.has(identity))) return undefined;
    const ids = people.map((person) => contactOf(times, person));
    const known = [...new Set(ids.flatMap((id) => id ?? []))];
    const contacts = known.length === 0 ? [] : await readEntities(this.contacts, { id: inList(this.contacts, known) });
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    const found = people.flatMap((person, index) => {
      const contact = byId.get(ids[index] ?? 0);
      return contact && !isNews(contact, person, times) ? [contact] : [];
    });
    return found.length === people.length ? found : undefined;
  }

  /**
   * Stores what is new: contacts, names, further identities and who owns them since when; and merges the contacts
   * of one person. Does nothing while others change the same contacts: then the caller's next read shows the result.
   */
  settle(workspaceId: number, reports: readonly ContactReport[]): Promise<void> {
    const write = this.#write.bind(this);
    const { rows } = this;
    const identities = reports.flatMap(identitiesReported);
    return runInTransaction(this.dataSource, function* () {
      const { known, owners } = yield* concerned(rows, workspaceId, identities);
      // Every owner of what may change is locked, so that no other process changes it.
      const contacts = yield* rows.lock([...owners].toSorted((a, b) => a - b));
      // Where there is none, whoever else makes one meanwhile is met at the unique index.
      const times = owners.size === 0 ? [] : yield* rows.times(workspaceId, [...known]);
      const own = yield* rows.timesOfContacts(workspaceId, [...owners]);
      const isChanged = own.some(({ identity }) => !known.has(identity));
      if (isChanged || contacts.length < owners.size || times.some(({ contactId }) => !owners.has(contactId))) return;
      yield* write(workspaceId, reports, contacts, times);
    });
  }

  *#write(
    workspaceId: number,
    reports: readonly ContactReport[],
    contacts: readonly ContactEntity[],
    times: readonly ContactIdentityEntity[],
  ): Statements<void> {
    const plan = new ContactPlan(times);
    const inOrder = reports.toSorted((a, b) => seenAt(a.now).getTime() - seenAt(b.now).getTime());
    const seenOf = new Map<number, ReportedContact[]>();
    for (const [index, id] of inOrder.map((report) => plan.see(report)).entries()) {
      const { now } = inOrder[index] ?? { now: {} };
      const final = plan.final(id);
      seenOf.set(final, [...(seenOf.get(final) ?? []), now]);
    }
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    for (const [into, merged] of plan.merged) {
      const own = merged.flatMap((id) => byId.get(id) ?? []);
      if (own.length < 2) continue;
      byId.set(into, yield* this.rows.merge(own, byId.get(into)));
      for (const { id } of own) if (id !== into) byId.delete(id);
    }
    // A person may have become another in a later report than the one in which they were seen.
    const seen = new Map<number, ReportedContact[]>();
    for (const [id, people] of seenOf) seen.set(plan.final(id), [...(seen.get(plan.final(id)) ?? []), ...people]);
    const owned = timesByContact([...plan.times.values()].flat());
    const ids = yield* this.#insert(workspaceId, seen, owned);
    const changed = [...plan.changed];
    const stored = new Set(times.map(({ identity }) => identity));
    yield* this.rows.replaceTimes(
      workspaceId,
      changed.filter((identity) => stored.has(identity)),
      changed
        .flatMap((identity) => plan.times.get(identity) ?? [])
        .map((time) => ({ ...time, contactId: ids.get(time.contactId) ?? time.contactId })),
    );
    for (const contact of [...byId.values()].toSorted((a, b) => a.id - b.id)) {
      const people = seen.get(contact.id) ?? [];
      const profile = profileAfter(contact, owned.get(contact.id) ?? [], people);
      // Whoever does something after they were taken out is a contact again.
      if (contact.deletedAt !== null && people.some(isListed)) yield* this.rows.revive(contact, profile);
      else if (!isSameProfile(profile, contact)) yield* this.rows.update([{ id: contact.id, ...profile }]);
    }
  }

  /** @returns the row ids of the contacts that were made, by those of the plan */
  *#insert(
    workspaceId: number,
    seen: ReadonlyMap<number, readonly ReportedContact[]>,
    owned: ReadonlyMap<number, readonly Ownership[]>,
  ): Statements<Map<number, number>> {
    const strangers = [...owned.keys()].filter((id) => id < 0).toSorted((a, b) => b - a);
    const now = new Date();
    const profiles = strangers.map((id) => {
      const people = seen.get(id) ?? [];
      const deletedAt = people.length === 0 || people.some(isListed) ? null : now;
      return { ...profileAfter(EMPTY_PROFILE, owned.get(id) ?? [], people), deletedAt };
    });
    const rowIds = yield* this.rows.insert(workspaceId, profiles);
    return new Map(
      strangers.flatMap((id, index) => (rowIds[index] === undefined ? [] : [[id, rowIds[index]] as const])),
    );
  }
}

/** Returns the contacts that ever had one of the identities, and all theirs, with whoever else had one of these. */
function* concerned(
  rows: ContactRows,
  workspaceId: number,
  identities: readonly string[],
): Statements<{ readonly known: ReadonlySet<string>; readonly owners: ReadonlySet<number> }> {
  const known = new Set(identities);
  for (let owners: ReadonlySet<number> = new Set(); ;) {
    const found = new Set((yield* rows.times(workspaceId, [...known])).map(({ contactId }) => contactId));
    if (found.size === owners.size) return { known, owners };
    owners = found;
    for (const { identity } of yield* rows.timesOfContacts(workspaceId, [...owners])) known.add(identity);
  }
}

/** Returns whether a report has information about a contact that is not stored. */
function isNews(
  contact: ContactEntity,
  person: ReportedContact,
  times: ReadonlyMap<string, readonly Ownership[]>,
): boolean {
  if (contact.deletedAt !== null && isListed(person)) return true;
  const at = seenAt(person);
  const [phone, userId] = [phoneOf(person), userIdOf(person)];
  const owners = identitiesOf(person).map((identity) => ownerAt(times.get(identity), at));
  const isTimeNew = owners.some((owner) => {
    if (!owner) return true;
    if (owner.contactId !== contact.id)
      return userId !== undefined && (!isPhone(owner.identity) || owner.seenAt.getTime() !== at.getTime());
    return owner.seenAt > at || isSeenAnew(owner, contact, userId);
  });
  if (isTimeNew || !isSameNames(contact, namesAfter(contact, namesOf(person)))) return true;
  const owner = phone === undefined ? undefined : ownerAt(times.get(identityOf(phone)), at);
  const isLeft =
    !owner || owner.contactId !== contact.id || owner.until !== null || isLeftBehind(owner, contact.userId);
  const isPhonePast = phone !== undefined && isLeft;
  const present = userId !== undefined && isParentUserId(userId) ? contact.parentUserId : contact.userId;
  const isUserIdPast = userId !== undefined && present !== null && userId !== present;
  if (isPhonePast || isUserIdPast) return false;
  const waId =
    person.waId && contact.phone !== null && identityOf(person.waId) === identityOf(contact.phone)
      ? person.waId
      : undefined;
  return (
    (phone !== undefined && contact.phone === null) ||
    userIdsOf(person).some((id) => (isParentUserId(id) ? contact.parentUserId : contact.userId) === null) ||
    (waId !== undefined && (contact.waId !== waId || (isPhone(waId) && contact.phone !== waId)))
  );
}

/** Whether it is news that a number is seen with a user id. */
function isSeenAnew(owner: Ownership, contact: ContactEntity, userId: string | undefined): boolean {
  if (!isPhone(owner.identity) || userId === undefined) return false;
  return owner.userId === null || (userId === contact.userId && isLeftBehind(owner, userId));
}

const isListed = ({ isListed: listed = true }: ReportedContact): boolean => listed;

type Profile = Pick<ContactEntity, 'phone' | 'waId' | 'userId' | 'parentUserId'> & OwnNames;

const EMPTY_PROFILE: Profile = {
  phone: null,
  waId: null,
  userId: null,
  parentUserId: null,
  profileName: null,
  profileNameAt: null,
  username: null,
  usernameAt: null,
};

/** The names that a person was seen with. */
function namesOf(person: ReportedContact): OwnNames {
  const [profileName, username] = [person.profileName, person.username].map((name) =>
    truncateForColumn(name || null, 255),
  );
  const at = person.profileAt ?? seenAt(person);
  return {
    profileName: profileName ?? null,
    profileNameAt: profileName ? at : null,
    username: username ?? null,
    usernameAt: username ? at : null,
  };
}

const isSameNames = (one: OwnNames, other: OwnNames): boolean =>
  one.profileName === other.profileName &&
  one.username === other.username &&
  one.profileNameAt?.getTime() === other.profileNameAt?.getTime() &&
  one.usernameAt?.getTime() === other.usernameAt?.getTime();

/**
 * What is known of a person after they were seen: the number and user ids that they have now, and the names that they gave
 * themselves last.
 * @param own times of all their identities
 */
function profileAfter(contact: Profile, own: readonly Ownership[], seen: readonly ReportedContact[]): Profile {
  const present = presentOf(own);
  const isPhonePresent = (phone: string | null | undefined) => !!phone && present.phones.includes(identityOf(phone));
  const { userId: presentId, parentUserId } = present;
  const names = seen.map(namesOf).reduce(namesAfter, contact);
  const profile = { phone: contact.phone, waId: contact.waId, userId: presentId, parentUserId, ...names };
  if (!isPhonePresent(profile.phone) || !isLatest(own, profile.phone)) {
    const reported = seen
      .toReversed()
      .flatMap((person) => [phoneOf(person) ?? [], person.phone ?? [], person.waId ?? []].flat());
    const latest = present.phones[0];
    profile.phone =
      latest === undefined
        ? null
        : truncateForColumn(reported.find((one) => isPhone(one) && identityOf(one) === latest) ?? latest, 32);
    profile.waId = null; // it was the other number's
  }
  for (const person of seen) {
    const [phone, userId] = [phoneOf(person), userIdOf(person)];
    if (phone !== undefined && !isPhonePresent(phone) && present.phones.length > 0) continue;
    if (userId !== undefined && userId !== (presentId ?? parentUserId)) continue;
    if (person.waId && profile.phone !== null && identityOf(person.waId) === identityOf(profile.phone)) {
      profile.waId = person.waId;
      if (isPhone(person.waId)) profile.phone = truncateForColumn(person.waId, 32); // the spelling that reaches them
    }
  }
  return profile;
}

interface Present {
  /** The one taken last comes first. */
  readonly phones: readonly string[];
  readonly userId: string | null;
  readonly parentUserId: string | null;
}

function presentOf(own: readonly Ownership[]): Present {
  const present = own.filter(({ until }) => until === null).toSorted(latestFirst);
  const userIds = present.map(({ identity }) => identity).filter((identity) => !isPhone(identity));
  const userId = userIds.find((id) => !isParentUserId(id)) ?? null;
  const numbers = present.filter((time) => isPhone(time.identity) && !isLeftBehind(time, userId));
  return {
    phones: numbers.map(({ identity }) => identity),
    userId,
    parentUserId: userIds.find(isParentUserId) ?? null,
  };
}

/** Returns whether the contact has taken no other number since. */
function isLatest(own: readonly Ownership[], phone: string | null): boolean {
  const present = own.filter(({ identity, until }) => until === null && isPhone(identity));
  const time = present.find(({ identity }) => phone !== null && identity === identityOf(phone));
  return time !== undefined && present.every(({ since }) => since <= time.since);
}

/** Whether two say the same of a person. */
const isSameProfile = (one: Profile, other: Profile): boolean =>
  one.phone === other.phone &&
  one.waId === other.waId &&
  one.userId === other.userId &&
  one.parentUserId === other.parentUserId &&
  isSameNames(one, other);
