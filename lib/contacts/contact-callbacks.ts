import { Injectable } from '@nestjs/common';
import { IsNull, Repository } from 'typeorm';
import { type CallbackEventName, CallbackEntity } from '../callbacks/callback.entity.js';
import { CallbackOutbox } from '../callbacks/callback-outbox.js';
import { ErasedDeliveries } from '../callbacks/delivery-maintenance.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, select, type Statements } from '../store/statement.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactEntity } from './contact.entity.js';
import { countryOfUserId, isPhone, spellingsOf } from './reported-contact.js';
import { toE164 } from './phone-number.js';

/** What was written of a contact. */
type ContactChange = Pick<ContactEntity, 'id'> & Partial<Pick<ContactEntity, 'deletedAt'>>;

/** Reports to workspaces what changes of their contacts, in the transaction in which it does. */
@Injectable()
export class ContactCallbacks {
  constructor(
    @InjectWhatsAppRepository(ContactEntity) private readonly contacts: Repository<ContactEntity>,
    private readonly outbox: CallbackOutbox,
    deliveries: ErasedDeliveries,
    dependents: ContactDependents,
  ) {
    dependents.add({
      merge: (from, into) => this.outbox.move(from, into),
      erase: ({ workspaceId, id }, identities) =>
        deliveries.erase(workspaceId, id, identities.flatMap(spellingsInCallbacks)),
    });
  }

  created(contacts: readonly ContactEntity[]): Statements<void> {
    return this.#report('contact.created', contacts);
  }

  /** Someone was taken out, or became one with another; a contact that was out already is not reported. */
  *deleted(contact: ContactEntity, mergedInto: number | null = null): Statements<void> {
    if (contact.deletedAt === null) yield* this.#reportDeleted(contact, mergedInto);
  }

  /** After the rows were changed. @param changes what was written of them */
  *changed(changes: readonly ContactChange[]): Statements<void> {
    const ids = yield* this.#ofCallbacks(changes.map(({ id }) => id));
    if (ids.length === 0) return;
    const contacts = yield* selectEntities(this.contacts, { id: inList(this.contacts, ids), erasedAt: IsNull() });
    const written = new Map(changes.map((change) => [change.id, change.deletedAt]));
    const listed = contacts.filter(({ deletedAt }) => deletedAt === null);
    for (const contact of contacts) if (written.get(contact.id)) yield* this.#reportDeleted(contact, null);
    yield* this.#report(
      'contact.created',
      listed.filter(({ id }) => written.get(id) === null),
    );
    yield* this.#report(
      'contact.updated',
      listed.filter(({ id }) => written.get(id) === undefined),
    );
  }

  /** Everything that was reported of someone is gone. */
  *erased(contact: ContactEntity): Statements<void> {
    yield* this.outbox.forget(contact.id);
    yield* this.deleted(contact);
  }

  /** Those of contacts whose workspace has a callback: mostly none, found by one look at primary keys. */
  *#ofCallbacks(ids: readonly number[]): Statements<number[]> {
    if (ids.length === 0) return [];
    const query = this.contacts
      .createQueryBuilder('contact')
      .select('contact.id', 'id')
      .innerJoin(CallbackEntity, 'callback', 'callback.workspaceId = contact.workspaceId')
      .where({ id: inList(this.contacts, ids) });
    const rows = yield* select<{ id: number }>(query, { numbers: ['id'] });
    return rows.map(({ id }) => id);
  }

  /** It has nothing of the person, and stays when what does is erased. */
  *#reportDeleted({ id, workspaceId }: ContactEntity, mergedInto: number | null): Statements<void> {
    const wanting = yield* this.outbox.wanting('contact.deleted', [workspaceId]);
    const data = { id, merged_into: mergedInto };
    const fact = { workspaceId, event: 'contact.deleted' as const, contactId: null, at: new Date(), data };
    yield* this.outbox.put(wanting.has(workspaceId) ? [fact] : []);
  }

  *#report(event: CallbackEventName, contacts: readonly ContactEntity[]): Statements<void> {
    const wanting = yield* this.outbox.wanting(
      event,
      contacts.map(({ workspaceId }) => workspaceId),
    );
    const wanted = contacts.filter(({ workspaceId }) => wanting.has(workspaceId));
    yield* this.outbox.put(
      wanted.map((contact) => {
        const { id: contactId, workspaceId, updatedAt: at } = contact;
        return { workspaceId, event, contactId, at, data: contactData(contact) };
      }),
    );
  }
}

const spellingsInCallbacks = (identity: string): string[] =>
  isPhone(identity) ? spellingsOf(identity).map(toE164) : [identity];

/** A contact as callbacks report it. */
export function contactData(contact: ContactEntity): object {
  const { id, phone, userId, parentUserId, username, firstName, lastName, profileName, email } = contact;
  const { type, company, description, country, countryId, zip, city, state, address, groups } = contact;
  const { sourceId, statusId, assignedId, optedOutAt, blockedAt, createdAt, updatedAt } = contact;
  return {
    id,
    firstname: firstName,
    lastname: lastName,
    phone: phone === null ? null : toE164(phone),
    user_id: userId,
    parent_user_id: parentUserId,
    user_country: countryOfUserId(userId ?? parentUserId),
    username,
    profile_name: profileName,
    email,
    type,
    company,
    description,
    country,
    country_id: countryId,
    zip,
    city,
    state,
    address,
    source_id: sourceId,
    status_id: statusId,
    assigned_id: assignedId,
    groups: groups ?? [],
    opted_out_at: optedOutAt,
    blocked_at: blockedAt,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
