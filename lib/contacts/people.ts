import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { readEntities } from '../store/statement.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import { type Ownership, ownerAt, timesOf, timesByContact } from './contact-plan.js';
import { identityOf, isPhone } from './reported-contact.js';

/** The person that a number or a user id identifies. */
export interface Person {
  /** One text for all identities of the person: their number in one spelling, or their user id if no number is known. */
  readonly key: string;
  /** Row id of their contact; null when they have none. */
  readonly contactId: number | null;
  /** The identities that are theirs, and from when on. */
  readonly identities: readonly Pick<Ownership, 'identity' | 'since'>[];
}

/** Rows that one statement asks for. */
const BATCH = 500;

/** Resolves numbers in any spelling, and user ids, to people: all identities of a person lead to the same one. */
@Injectable()
export class People {
  constructor(
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
  ) {}

  /**
   * @param named digits in any spelling, or business-scoped user ids
   * @param at when they are meant
   * @returns by how they were named
   */
  async of(workspaceId: number, named: readonly string[], at = new Date()): Promise<ReadonlyMap<string, Person>> {
    const people = new Map<string, Person>();
    for (let from = 0; from < named.length; from += BATCH) {
      const batch = [...new Set(named.slice(from, from + BATCH))];
      const identities = [...new Set(batch.map(identityOf))];
      const times = timesOf(
        await readEntities(this.identities, { workspaceId, identity: inList(this.identities, identities) }),
      );
      const ids = identities.flatMap((identity) => ownerAt(times.get(identity), at)?.contactId ?? []);
      const ofContacts =
        ids.length === 0 ? [] : await readEntities(this.identities, { contactId: inList(this.identities, ids) });
      const owned = timesByContact(ofContacts.filter((time) => ownerAt([time], at) !== undefined));
      for (const one of batch) {
        const identity = identityOf(one);
        const contactId = ownerAt(times.get(identity), at)?.contactId ?? null;
        people.set(
          one,
          personOf(identity, contactId, (contactId === null ? undefined : owned.get(contactId)) ?? [], times),
        );
      }
    }
    return people;
  }
}

function personOf(
  identity: string,
  contactId: number | null,
  own: readonly Ownership[],
  times: ReadonlyMap<string, readonly Ownership[]>,
): Person {
  const ended = times.get(identity)?.at(-1)?.until ?? new Date(0);
  if (own.length === 0) return { key: identity, contactId, identities: [{ identity, since: ended }] };
  const names = own.map((time) => time.identity).toSorted();
  return { key: names.find(isPhone) ?? names[0] ?? identity, contactId, identities: own };
}
