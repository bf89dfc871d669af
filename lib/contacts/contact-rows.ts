import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { insertRows, updateRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, change, type Statements } from '../store/statement.js';
import { ContactCallbacks } from './contact-callbacks.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { ALWAYS, type Ownership, ownerAt } from './contact-plan.js';
import { ContactEntity } from './contact.entity.js';
import { ContactEmailTakenError } from './contacts.errors.js';
import { joinGroups } from './contact-fields.js';

/** A contact's new values; those it does not name stay. */
export type ContactChange = Pick<ContactEntity, 'id'> & Partial<ContactEntity>;

/** The statements over contacts and their identities, for bodies that run `runInTransaction`. */
@Injectable()
export class ContactRows {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly dependents: ContactDependents,
    private readonly callbacks: ContactCallbacks,
  ) {}

  /** Returns the present and former owners of the identities. */
  *times(workspaceId: number, identities: readonly string[]): Statements<ContactIdentityEntity[]> {
    if (identities.length === 0) return [];
    return yield* selectEntities(this.identities, { workspaceId, identity: inList(this.identities, identities) });
  }

  /** The same of everything that contacts are and were known by. */
  *timesOfContacts(workspaceId: number, ids: readonly number[]): Statements<ContactIdentityEntity[]> {
    if (ids.length === 0) return [];
    return yield* selectEntities(this.identities, { workspaceId, contactId: inList(this.identities, ids) });
  }

  /** Writes identities' times down, in place of those that there are. */
  *replaceTimes(workspaceId: number, identities: readonly string[], times: readonly Ownership[]): Statements<void> {
    if (identities.length > 0) {
      const replaced = { workspaceId, identity: inList(this.identities, identities.toSorted()) };
      yield* change(this.identities.createQueryBuilder().delete().where(replaced));
    }
    yield* this.addTimes(workspaceId, times);
  }

  /** A unique violation means that another process gave one of the identities an owner meanwhile: the next read returns it. */
  *addTimes(workspaceId: number, times: readonly Ownership[]): Statements<void> {
    if (times.length === 0) return;
    const rows = times
      .map(({ identity, since, until, contactId, seenAt, userId }) => ({
        identity,
        since,
        until,
        present: until === null ? (1 as const) : null,
        contactId,
        seenAt,
        userId,
      }))
      .toSorted((a, b) =>
        a.identity === b.identity ? Number(a.since) - Number(b.since) : a.identity < b.identity ? -1 : 1,
      );
    yield* change(insertRows(this.identities, rows, { workspaceId }));
  }

  *lock(ids: readonly number[]): Statements<ContactEntity[]> {
    return ids.length === 0
      ? []
      : yield* selectEntities(this.contacts, { id: inList(this.contacts, ids) }, { lock: true });
  }

  /** A contact of the workspace that lists show; no one when there is none. */
  *lockListed(workspaceId: number, id: number): Statements<ContactEntity[]> {
    const contacts = yield* this.lock([id]);
    return contacts.filter(
      (contact) => contact.workspaceId === workspaceId && contact.erasedAt === null && contact.deletedAt === null,
    );
  }

  /** Whose an identity is; `changing` when they were merged or erased just now: the next look shows as what. */
  *lockKnown(workspaceId: number, identity: string): Statements<ContactEntity | 'unknown' | 'changing'> {
    const now = new Date();
    const times = yield* this.times(workspaceId, [identity]);
    // Former owners, too: a process that takes over an identity without an owner locks them as well.
    const owners = new Set(times.map(({ contactId }) => contactId));
    const contacts = yield* this.lock([...owners].toSorted((a, b) => a - b));
    const after = yield* this.times(workspaceId, [identity]);
    const id = ownerAt(times, now)?.contactId;
    const isStill = ownerAt(after, now)?.contactId === id && after.every(({ contactId }) => owners.has(contactId));
    if (!isStill) return 'changing';
    if (id === undefined) return 'unknown';
    const contact = contacts.find((one) => one.id === id);
    return contact && contact.erasedAt === null ? contact : 'changing';
  }

  /** @param id of the contact that may have it. @throws ContactEmailTakenError when another contact has it */
  *assertEmailFree(workspaceId: number, emailKey: string | null | undefined, id?: number): Statements<void> {
    if (emailKey === undefined || emailKey === null) return;
    const owners = yield* selectEntities(this.contacts, { workspaceId, emailKey });
    if (owners.some((owner) => owner.id !== id)) throw new ContactEmailTakenError();
  }

  /** @param contacts without ids, each with a number or user id of its own; one with `deletedAt` is not listed yet. @returns their ids, in the same order */
  *insert(workspaceId: number, contacts: readonly Partial<ContactEntity>[]): Statements<number[]> {
    if (contacts.length === 0) return [];
    const createdAt = new Date();
    const shared = { workspaceId, createdAt, updatedAt: createdAt };
    yield* change(insertRows(this.contacts, contacts, shared));
    // No database hands over the ids of many rows in a way that all have. Should another process make the same contact in
    // the same millisecond, then their identities exclude each other.
    const rows = yield* selectEntities(this.contacts, { workspaceId, createdAt });
    const byKey = new Map(rows.map((row) => [identityKey(row), row]));
    const inserted = contacts.flatMap((contact) => byKey.get(identityKey(contact)) ?? []);
    yield* this.callbacks.created(inserted.filter(({ deletedAt }) => deletedAt === null));
    return inserted.map(({ id }) => id);
  }

  /** Assigns an identity without an owner to a contact: from now on, or since always if it never had an owner. */
  *identify(workspaceId: number, identity: string, contactId: number): Statements<void> {
    const now = new Date();
    const others = yield* this.times(workspaceId, [identity]);
    const since = others.length === 0 ? ALWAYS : now;
    yield* this.addTimes(workspaceId, [{ identity, contactId, since, until: null, seenAt: now, userId: null }]);
  }

  *update(changes: readonly ContactChange[]): Statements<void> {
    for (const one of changes) yield* this.#write(one);
    yield* this.callbacks.changed(changes);
  }

  /** Makes someone a contact again who was taken out; what is new about them holds. */
  *revive({ id }: ContactEntity, values: Partial<ContactEntity>): Statements<void> {
    yield* this.update([{ id, ...values, deletedAt: null, createdAt: new Date() }]);
  }

  /**
   * Makes one contact of several; what the later ones know of the person holds.
   * @param stays whose row it is then: the oldest when left out
   */
  *merge(contacts: readonly ContactEntity[], stays?: ContactEntity): Statements<ContactEntity> {
    const merged = mergedContact(contacts, stays);
    const gone = contacts.filter(({ id }) => id !== merged.id).toSorted((a, b) => a.id - b.id);
    for (const other of gone) {
      const { id } = other;
      yield* change(
        this.identities.createQueryBuilder().update().set({ contactId: merged.id }).where({ contactId: id }),
      );
      yield* this.dependents.merge(id, merged.id);
      yield* change(this.contacts.createQueryBuilder().delete().where({ id }));
      yield* this.callbacks.deleted(other, merged.id);
    }
    const { workspaceId: _, ...values } = merged;
    yield* this.#write(values);
    const { id, deletedAt } = merged;
    const isRevived = deletedAt === null && contacts.some((contact) => contact.id === id && contact.deletedAt !== null);
    yield* this.callbacks.changed([isRevived ? { id, deletedAt } : { id }]);
    return merged;
  }

  *#write(row: ContactChange): Statements<void> {
    yield* change(updateRows(this.contacts, [{ ...row, updatedAt: new Date() }]));
  }
}

const identityKey = ({ phone, userId, parentUserId }: Partial<ContactEntity>): string =>
  [phone, userId, parentUserId].map((identity) => identity ?? '').join(' ');

const OF_CONSENT = ['optedOutAt', 'optOutSource', 'consentAt'] as const;

const OF_LISTING = ['deletedAt', 'createdAt'] as const;

const OF_EMAIL = ['email', 'emailKey'] as const;

const OF_BLOCK = ['blockedAt', 'blockReason'] as const;

const OF_PERSON = [
  ...(['phone', 'waId', 'userId', 'parentUserId', 'firstName', 'lastName'] as const),
  ...(['type', 'company', 'description', 'country', 'countryId'] as const),
  ...(['zip', 'city', 'state', 'address', 'sourceId', 'statusId', 'assignedId'] as const),
];

/**
 * One contact made of several that are the same person: the row that stays, with what the later ones in the list know of
 * the person. They are in the groups of all; the latest consent about marketing holds, and a block of any of them. Whoever was
 * taken out becomes a contact again by one who is.
 * @param stays the oldest row when left out
 */
export function mergedContact(contacts: readonly ContactEntity[], stays = oldestOf(contacts)): ContactEntity {
  const merged = Object.assign(new ContactEntity(), stays);
  for (const contact of contacts) {
    for (const name of OF_PERSON) Reflect.set(merged, name, contact[name] ?? merged[name]);
    Object.assign(merged, namesAfter(merged, contact));
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

/** Whether a consent about marketing is later than another; of two at the same moment, the one that wants none. */
export function isLaterConsent(consent: Consent, than: Consent): boolean {
  const [at, before] = [consent.consentAt?.getTime() ?? -1, than.consentAt?.getTime() ?? -1];
  return at === before ? consent.optedOutAt !== null && than.optedOutAt === null : at > before;
}

/** The names that people give themselves. */
export type OwnNames = Pick<ContactEntity, 'profileName' | 'profileNameAt' | 'username' | 'usernameAt'>;

/**
 * The names of a person once one more was reported: each the one reported last, since when it was reported first. Of the same
 * moment, the last in the alphabet, so that the order of reports makes no difference.
 * @param reported null for a name that was not reported, and a time of null for one of unknown age
 */
export function namesAfter(known: OwnNames, reported: OwnNames): OwnNames {
  const [profileName, profileNameAt] = laterName(
    [known.profileName, known.profileNameAt],
    [reported.profileName, reported.profileNameAt],
  );
  const [username, usernameAt] = laterName(
    [known.username, known.usernameAt],
    [reported.username, reported.usernameAt],
  );
  return { profileName, profileNameAt, username, usernameAt };
}

type DatedName = readonly [name: string | null, at: Date | null];

function laterName(known: DatedName, reported: DatedName): DatedName {
  const [[name, since], [other, at]] = [known, reported];
  if (other === null) return known;
  if (other === name) return since && at && at < since ? reported : known;
  if (name === null || since === null) return reported;
  if (at === null) return known;
  return at > since || (at.getTime() === since.getTime() && other > name) ? reported : known;
}

function copy(from: ContactEntity, to: ContactEntity, names: readonly (keyof ContactEntity)[]): void {
  for (const name of names) Reflect.set(to, name, from[name]);
}
