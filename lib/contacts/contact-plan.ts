import { And, type FindOperator, LessThan, MoreThanOrEqual } from 'typeorm';
import type { ContactIdentityEntity } from './contact-identity.entity.js';
import {
  identitiesOf,
  isParentUserId,
  isPhone,
  type ReportedContact,
  userIdOf,
  userIdsOf,
} from './reported-contact.js';

/** A person who was seen, and their former identity if they changed their number or user id at that moment. */
export interface ContactReport {
  readonly now: ReportedContact;
  readonly former?: ReportedContact | undefined;
}

/** A time in which an identity is a contact's. Contacts that are to be made have negative ids. */
export type Ownership = Pick<ContactIdentityEntity, 'identity' | 'contactId' | 'since' | 'until' | 'seenAt' | 'userId'>;

/** The start of ownership of the first known owner. */
export const ALWAYS = new Date(0);

export const identitiesReported = ({ now, former = {} }: ContactReport): readonly string[] => [
  ...new Set([...identitiesOf(former), ...identitiesOf(now)]),
];

/** Returns the owner of an identity at a moment. @param times of that identity */
export function ownerAt(times: readonly Ownership[] | undefined, at: Date): Ownership | undefined {
  return times?.find(({ since, until }) => since <= at && (until === null || until > at));
}

/** Returns the contact of a person at the moment they were seen: by user id, which never changes owner, else by number. */
export function contactOf(
  times: ReadonlyMap<string, readonly Ownership[]>,
  person: ReportedContact,
): number | undefined {
  const at = seenAt(person);
  const userId = userIdOf(person);
  const identities = userId === undefined ? identitiesOf(person) : [userId];
  for (const identity of identities) {
    const owner = ownerAt(times.get(identity), at);
    if (owner) return owner.contactId;
  }
  return undefined;
}

export const seenAt = ({ at }: ReportedContact): Date => at ?? new Date();

/**
 * Computes from reports who owns which identity at which time. A user id always belongs to one person. A number belongs to the person
 * seen with it, until a person with another user id is, or Meta reports that they left it. The same reports lead to the same
 * times in any order: an owner's time begins with the earliest report of them, not with the one that came in first.
 */
export class ContactPlan {
  readonly #times: Map<string, Ownership[]>;
  readonly #changed = new Set<string>();
  /** For a contact that became another: which. */
  readonly #merged = new Map<number, number>();
  #lastNew = 0;

  /** @param known times of every identity of those seen, and of every contact that has one of them */
  constructor(known: readonly Ownership[]) {
    this.#times = timesOf(known);
  }

  get times(): ReadonlyMap<string, readonly Ownership[]> {
    return this.#times;
  }

  /** Returns the identities with changed ownership times. */
  get changed(): ReadonlySet<string> {
    return this.#changed;
  }

  /** Returns the contact of a person after all reports; a negative id is that of a contact to be created. */
  final(contactId: number): number {
    const into = this.#merged.get(contactId);
    return into === undefined ? contactId : this.final(into);
  }

  /** Contacts that turned out to be one, by the id of the one that stays in this plan. */
  get merged(): ReadonlyMap<number, readonly number[]> {
    const groups = new Map<number, number[]>();
    for (const id of this.#merged.keys()) {
      const into = this.final(id);
      groups.set(into, [...(groups.get(into) ?? [into]), id]);
    }
    return groups;
  }

  /** @returns the contact that was seen. @throws TypeError when there is neither a number nor an id */
  see({ now, former }: ContactReport): number {
    if (identitiesReported({ now, former }).length === 0) {
      throw new TypeError('A person without a number or a user id cannot be identified.');
    }
    return former ? this.#change(former, now, seenAt(now)) : this.#see(now, seenAt(now));
  }

  #see(person: ReportedContact, at: Date): number {
    const userIds = userIdsOf(person);
    const [userId] = userIds;
    const phones = identitiesOf(person).filter(isPhone);
    const owners = phones.flatMap((phone) => this.#ownerAround(phone, at) ?? []);
    const [byPhone] = owners;
    if (userId === undefined) {
      let contact = byPhone?.contactId ?? this.#stranger();
      // A number and WhatsApp's own id of it are one person's.
      for (const { contactId, userId: other } of owners) {
        if (!other || !byPhone?.userId || other === byPhone.userId) contact = this.#merge(contact, contactId);
      }
      const own = phones.filter((phone) => (ownerAt(this.#times.get(phone), at)?.contactId ?? contact) === contact);
      for (const phone of own) this.#claim(phone, contact, at, null);
      return this.final(contact);
    }
    const known = this.#oneOwnerOf(userIds);
    const isSamePerson = byPhone !== undefined && (byPhone.userId === null || userIds.includes(byPhone.userId));
    let contact = known ?? (isSamePerson ? byPhone.contactId : this.#stranger());
    const isNumberNew = phones.length > 0 && !phones.some((phone) => this.#isOwn(phone, contact));
    const others = known !== undefined && isNumberNew ? this.#numbersAt(known, at) : [];
    if (known !== undefined && isNumberNew) {
      // A person without a number so far is the owner of this number; a person with another number took this one over.
      if (isSamePerson && byPhone.contactId !== known && others.length === 0) {
        contact = this.#merge(byPhone.contactId, known);
      }
      for (const other of others) this.#leave(other, at);
    }
    for (const id of userIds) this.#bind(id, contact, at);
    for (const phone of phones) {
      this.#claim(phone, contact, at, userId);
      for (const { seenAt: later } of others) if (later > at) this.#end(phone, contact, later);
    }
    return this.final(contact);
  }

  /** Applies a change of number or user id that Meta reported, from a moment on. */
  #change(former: ReportedContact, now: ReportedContact, at: Date): number {
    const before = new Date(at.getTime() - 1);
    const [formerIds, userIds] = [userIdsOf(former), userIdsOf(now)];
    const [[formerId = null], [userId = null]] = [formerIds, userIds];
    const formerPhones = identitiesOf(former).filter(isPhone);
    const phones = identitiesOf(now).filter(isPhone);
    const left = formerPhones.filter((phone) => !phones.includes(phone));
    const byPhone = formerPhones
      .flatMap((phone) => ownerAt(this.#times.get(phone), before) ?? [])
      .find((owner) => owner.seenAt < at && (!formerId || !owner.userId || formerIds.includes(owner.userId)));
    const owners = [this.#oneOwnerOf([...formerIds, ...userIds]), byPhone?.contactId];
    const [first = this.#stranger(), ...others] = owners.filter((id) => id !== undefined);
    let contact = first;
    for (const other of others) contact = this.#merge(contact, other);
    for (const id of formerIds) this.#bind(id, contact, before);
    for (const id of userIds) this.#bind(id, contact, at);
    for (const phone of left) {
      this.#claim(phone, contact, before, formerId);
      this.#end(phone, contact, at);
    }
    for (const phone of phones) contact = this.#take(phone, contact, at, userId);
    return this.final(contact);
  }

  /** Assigns a number to a contact at this very moment; the previous owner had it until then. */
  #take(phone: string, contact: number, at: Date, userId: string | null): number {
    let mine = contact;
    const owner = ownerAt(this.#times.get(phone), at);
    const isSameUser = !owner?.userId || !userId || owner.userId === userId;
    // Seen from then on only, and by no other user id: that was this person, and the news of the change come late.
    if (owner && owner.contactId !== mine && isSameUser && owner.seenAt >= at)
      mine = this.#merge(mine, owner.contactId);
    this.#claim(phone, mine, at, userId, at);
    return mine;
  }

  /** Ensures that a number belongs to a contact at a moment. @param from when they did not have it before */
  #claim(phone: string, contact: number, at: Date, userId: string | null, from?: Date): void {
    const times = this.#times.get(phone) ?? [];
    const owner = ownerAt(times, at);
    const next = times.find(({ since }) => since > at);
    if (owner?.contactId === contact) {
      const since = from && owner.since < from && owner.seenAt >= from ? from : owner.since;
      this.#set(phone, owner, { since, seenAt: earlier(owner.seenAt, at), userId: this.#later(owner.userId, userId) });
      return;
    }
    // Two at the very same moment: it stays with the one who has it.
    if (owner?.seenAt.getTime() === at.getTime() && !from) return;
    const mine = { identity: phone, contactId: contact, seenAt: at, userId };
    if (owner && at < owner.seenAt) {
      // The other was seen later only: their time begins then.
      const since = from ?? owner.since;
      this.#set(phone, owner, { since: owner.seenAt });
      this.#add({ ...mine, since, until: owner.seenAt });
    } else if (next?.contactId === contact && (!userId || !next.userId || next.userId === userId)) {
      if (owner) this.#set(phone, owner, { until: at });
      this.#set(phone, next, { since: owner || from ? at : openSince(times, at), seenAt: earlier(next.seenAt, at) });
    } else {
      if (owner) this.#set(phone, owner, { until: at });
      this.#add({ ...mine, since: owner || from ? at : openSince(times, at), until: next?.since ?? null });
    }
  }

  /** Of two user ids of a person, the one that Meta made later. */
  #later(one: string | null, other: string | null): string | null {
    const [a, b] = [one, other].map((id) => (id === null ? undefined : this.#times.get(id)?.[0]));
    if (!a || !b || isParentUserId(a.identity) !== isParentUserId(b.identity)) return one ?? other;
    return latestFirst(a, b) <= 0 ? one : other;
  }

  /** Ends a contact's ownership of a number that they were seen with. */
  #end(phone: string, contact: number, at: Date): void {
    const owner = ownerAt(this.#times.get(phone), new Date(at.getTime() - 1));
    if (owner?.contactId === contact && (owner.until === null || owner.until > at))
      this.#set(phone, owner, { until: at });
  }

  /** Applies that the owner was seen with another number. If they were seen with this one only later, they had it later. */
  #leave(owner: Ownership, at: Date): void {
    if (owner.seenAt < at) this.#set(owner.identity, owner, { until: at });
    else if (owner.seenAt > at) this.#set(owner.identity, owner, { since: owner.seenAt });
  }

  #bind(identity: string, contact: number, at: Date): void {
    const [known] = this.#times.get(identity) ?? [];
    if (!known) this.#add({ identity, contactId: contact, since: ALWAYS, until: null, seenAt: at, userId: null });
    else if (at < known.seenAt) this.#set(identity, known, { seenAt: at });
  }

  /** @returns the one that stays: one that there is already, and the older of two */
  #merge(one: number, other: number): number {
    const [a, b] = [this.final(one), this.final(other)];
    if (a === b) return a;
    const [stays = a, goes = b] = [a, b].toSorted((x, y) => Number(x < 0) - Number(y < 0) || x - y);
    this.#merged.set(goes, stays);
    for (const [identity, times] of this.#times) {
      if (!times.some(({ contactId }) => contactId === goes)) continue;
      this.#changed.add(identity);
      this.#times.set(
        identity,
        joined(times.map((time) => (time.contactId === goes ? { ...time, contactId: stays } : time))),
      );
    }
    return stays;
  }

  /** The contact that has user ids of one person: contacts that have one each become one. */
  #oneOwnerOf(userIds: readonly string[]): number | undefined {
    const owners = userIds.flatMap((id) => this.#times.get(id)?.[0]?.contactId ?? []);
    return owners.length === 0 ? undefined : owners.reduce((one, other) => this.#merge(one, other));
  }

  /** Once a person has left a number, its next owner may have it since then. */
  #ownerAround(phone: string, at: Date): Ownership | undefined {
    const times = this.#times.get(phone) ?? [];
    const isLeft = times.some(({ since }) => since <= at);
    return ownerAt(times, at) ?? (isLeft ? times.find(({ since }) => since > at) : undefined);
  }

  #isOwn(phone: string, contact: number): boolean {
    return (this.#times.get(phone) ?? []).some(({ contactId }) => contactId === contact);
  }

  #numbersAt(contact: number, at: Date): Ownership[] {
    return [...this.#times]
      .filter(([identity]) => isPhone(identity))
      .flatMap(([, times]) => ownerAt(times, at) ?? [])
      .filter(({ contactId }) => contactId === contact);
  }

  #stranger(): number {
    this.#lastNew -= 1;
    return this.#lastNew;
  }

  #add(time: Ownership): void {
    this.#changed.add(time.identity);
    this.#times.set(time.identity, joined([...(this.#times.get(time.identity) ?? []), time]));
  }

  #set(identity: string, { since }: Ownership, values: Partial<Ownership>): void {
    const times = this.#times.get(identity) ?? [];
    const time = times.find((one) => one.since.getTime() === since.getTime());
    if (!time || JSON.stringify({ ...time, ...values }) === JSON.stringify(time)) return;
    this.#changed.add(identity);
    this.#times.set(identity, joined([...times.filter((one) => one !== time), { ...time, ...values }]));
  }
}

/** Orders times by when they began; of those that are as old as the person, by when they were seen first. */
export const latestFirst = (a: Ownership, b: Ownership): number =>
  b.since.getTime() - a.since.getTime() ||
  b.seenAt.getTime() - a.seenAt.getTime() ||
  (a.identity < b.identity ? -1 : Number(a.identity > b.identity));

/**
 * Whether a person left a number and no other one was reported: Meta makes a new user id when someone changes the number, and they
 * have one that the number was not seen with.
 */
export const isLeftBehind = ({ userId: seenWith }: Pick<Ownership, 'userId'>, userId: string | null): boolean =>
  seenWith !== null && userId !== null && seenWith !== userId && !isParentUserId(seenWith);

const earlier = (one: Date, other: Date): Date => (one < other ? one : other);

/** Returns since when a contact has a number that has no owner at a moment: always, unless others had it before. */
const openSince = (times: readonly Ownership[], at: Date): Date =>
  times.some(({ since }) => since <= at) ? at : ALWAYS;

/** In their order, each until the next one at the latest; two of one contact that follow each other at once are one. */
function joined(times: readonly Ownership[]): Ownership[] {
  const inOrder = times.toSorted((a, b) => a.since.getTime() - b.since.getTime());
  const result: Ownership[] = [];
  for (const [index, time] of inOrder.entries()) {
    const next = inOrder[index + 1]?.since;
    const until = next && (time.until === null || time.until > next) ? next : time.until;
    if (until !== null && until <= time.since) continue;
    const last = result.at(-1);
    const isContinued = last?.contactId === time.contactId && last.until?.getTime() === time.since.getTime();
    if (!last || !isContinued) {
      result.push({ ...time, until });
      continue;
    }
    const [seenFirst, userId] = [earlier(last.seenAt, time.seenAt), last.userId ?? time.userId];
    result[result.length - 1] = { ...last, until, seenAt: seenFirst, userId };
  }
  return result;
}

/** Times by identity, each in their order. */
export function timesOf(known: readonly Ownership[]): Map<string, Ownership[]> {
  const times = new Map<string, Ownership[]>();
  for (const time of known) times.set(time.identity, [...(times.get(time.identity) ?? []), time]);
  for (const list of times.values()) list.sort((a, b) => a.since.getTime() - b.since.getTime());
  return times;
}

/** Moments of a time in which an identity is a contact's. */
export function within({ since, until }: Pick<ContactIdentityEntity, 'since' | 'until'>): FindOperator<Date> {
  return until === null ? MoreThanOrEqual(since) : And(MoreThanOrEqual(since), LessThan(until));
}

/** Groups ownership times by contact. */
export function timesByContact<Time extends Ownership>(times: readonly Time[]): Map<number, Time[]> {
  const owned = new Map<number, Time[]>();
  for (const time of times) owned.set(time.contactId, [...(owned.get(time.contactId) ?? []), time]);
  return owned;
}
