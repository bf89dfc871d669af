import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, Repository } from 'typeorm';
import { atomically } from '../database/atomically.js';
import { WHATSAPP_DATA_SOURCE } from '../database/data-source.provider.js';
import { oneOf } from '../database/one-of.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import type { Statements } from '../database/statement.js';
import { ContactIdentityEntity } from './contact-identity.entity.js';
import {
  identitiesSeen,
  NO_TRAITS,
  sameTraits,
  type SeenContact,
  seenContacts,
  type Sighting,
  traitsAfter,
} from './contact-plan.js';
import { ContactRows } from './contact-rows.js';
import { ContactEntity } from './contact.entity.js';

/** Finds the contacts of people who were seen, and writes down what is new about them. */
@Injectable()
export class ContactRecognition {
  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    @InjectWhatsAppRepository(ContactIdentityEntity) private readonly identities: Repository<ContactIdentityEntity>,
    private readonly rows: ContactRows,
  ) {}

  /** The contacts of people of whom nothing is new, as of most; undefined when something is. */
  async knownOf(workspaceId: number, sightings: readonly Sighting[]): Promise<ContactEntity[] | undefined> {
    const identity = oneOf(this.dataSource, identitiesOfAll(sightings));
    const identities = await this.identities.findBy({ workspaceId, identity });
    const known = new Map(identities.map((row) => [row.identity, row.contactId]));
    if (identitiesOfAll(sightings).some((one) => !known.has(one))) return undefined;
    const contacts = await this.contacts.findBy({ id: oneOf(this.dataSource, [...new Set(known.values())]) });
    const byId = new Map(contacts.map((contact) => [contact.id, contact]));
    const found = seenContacts(sightings, known).flatMap((person) => {
      const [id = 0, ...others] = person.contactIds;
      const contact = byId.get(id);
      const isNews =
        !contact ||
        others.length > 0 ||
        contact.deletedAt !== null ||
        !sameTraits(contact, traitsAfter(contact, person, known));
      return isNews ? [] : [contact];
    });
    return found.length === sightings.length ? found : undefined;
  }

  /** Stores what is new: contacts, further identities, names; and makes one contact of those that are one person. */
  settle(workspaceId: number, sightings: readonly Sighting[]): Promise<void> {
    const { rows } = this;
    const settleKnown = this.#settleKnown.bind(this);
    return atomically(this.dataSource, function* () {
      const known = yield* rows.known(workspaceId, identitiesOfAll(sightings));
      const people = [...new Set(seenContacts(sightings, known))];
      const ids = yield* settleKnown(people, known);
      const strangers = people.filter(({ contactIds }) => contactIds.size === 0);
      const traits = strangers.map((person) => traitsAfter(NO_TRAITS, person, known));
      for (const [index, id] of (yield* rows.insert(workspaceId, traits)).entries()) {
        const stranger = strangers[index];
        if (stranger) ids.set(stranger, id);
      }
      const additions = [...ids].flatMap(([person, id]) =>
        [...person.identities].filter((identity) => !known.has(identity)).map((identity) => [identity, id] as const),
      );
      yield* rows.identify(workspaceId, new Map(additions));
    });
  }

  *#settleKnown(
    people: readonly SeenContact[],
    known: ReadonlyMap<string, number>,
  ): Statements<Map<SeenContact, number>> {
    const ids = new Map<SeenContact, number>();
    const locked = yield* this.rows.lock([...new Set(known.values())]);
    const byId = new Map(locked.map((contact) => [contact.id, contact]));
    for (const person of people) {
      const own = [...person.contactIds].flatMap((id) => byId.get(id) ?? []);
      // One that is gone was merged or erased just now: the next look shows as what.
      if (own.length === 0 || own.length < person.contactIds.size) continue;
      const contact = own.length > 1 ? yield* this.rows.merge(own) : own[0];
      if (!contact) continue;
      const traits = traitsAfter(contact, person, known);
      // Whoever is seen after they were taken out is a contact again.
      if (contact.deletedAt !== null) yield* this.rows.revive(contact, traits);
      else if (!sameTraits(traits, contact)) yield* this.rows.update([{ id: contact.id, ...traits }]);
      ids.set(person, contact.id);
    }
    return ids;
  }
}

const identitiesOfAll = (sightings: readonly Sighting[]): string[] => [...new Set(sightings.flatMap(identitiesSeen))];
