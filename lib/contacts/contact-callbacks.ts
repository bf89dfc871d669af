import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import type { CallbackEventName } from '../callbacks/callback-event.js';
import { CallbackOutbox } from '../callbacks/callback-outbox.js';
import { ErasedDeliveries } from '../callbacks/erased-deliveries.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { selectEntities } from '../database/select-entities.js';
import type { Statements } from '../database/statement.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactEntity } from './contact.entity.js';
import { isPhone } from './person-seen.js';
import { toE164 } from './phone-number.js';
import { spellingsOf } from './phone-spellings.js';

/** Tells workspaces what changes of their contacts, in the transaction in which it does. */
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
      erase: ({ workspaceId, id }, identities) => deliveries.erase(workspaceId, id, identities.flatMap(namesOf)),
    });
  }

  created(contacts: readonly ContactEntity[]): Statements<void> {
    return this.#tell('contact.created', contacts);
  }

  /** Somebody was taken out, or became one with another; who was out already is not told of. */
  *deleted(contact: ContactEntity, mergedInto: number | null = null): Statements<void> {
    if (contact.deletedAt === null) yield* this.#tellDeleted(contact, mergedInto);
  }

  /** After the row was changed. @param change what was written of it */
  *changed(id: number, change: Partial<ContactEntity>): Statements<void> {
    const [contact] = yield* selectEntities(this.contacts, { id });
    if (!contact || contact.erasedAt !== null) return;
    if (change.deletedAt) yield* this.#tellDeleted(contact, null);
    if (contact.deletedAt !== null) return;
    yield* this.#tell(change.deletedAt === undefined ? 'contact.updated' : 'contact.created', [contact]);
  }

  /** Everything is gone that was told of somebody. */
  *erased(contact: ContactEntity): Statements<void> {
    yield* this.outbox.forget(contact.id);
    yield* this.deleted(contact);
  }

  /** It tells nothing of the person, and stays when what does is erased. */
  *#tellDeleted({ id, workspaceId }: ContactEntity, mergedInto: number | null): Statements<void> {
    const wanting = yield* this.outbox.wanting('contact.deleted', [workspaceId]);
    const data = { id, merged_into: mergedInto };
    const fact = { workspaceId, event: 'contact.deleted' as const, contactId: null, at: new Date(), data };
    yield* this.outbox.put(wanting.has(workspaceId) ? [fact] : []);
  }

  *#tell(event: CallbackEventName, contacts: readonly ContactEntity[]): Statements<void> {
    const wanting = yield* this.outbox.wanting(
      event,
      contacts.map(({ workspaceId }) => workspaceId),
    );
    const told = contacts.filter(({ workspaceId }) => wanting.has(workspaceId));
    yield* this.outbox.put(
      told.map((contact) => {
        const { id: contactId, workspaceId, updatedAt: at } = contact;
        return { workspaceId, event, contactId, at, data: contactData(contact) };
      }),
    );
  }
}

const namesOf = (identity: string): string[] => (isPhone(identity) ? spellingsOf(identity).map(toE164) : [identity]);

/** A contact as callbacks tell it. */
export function contactData(contact: ContactEntity): object {
  const { id, phone, userId, firstName, lastName, profileName, email } = contact;
  const { type, company, description, country, groups, optedOutAt, blockedAt, createdAt, updatedAt } = contact;
  return {
    id,
    firstname: firstName,
    lastname: lastName,
    phone: phone === null ? null : toE164(phone),
    user_id: userId,
    profile_name: profileName,
    email,
    type,
    company,
    description,
    country,
    groups: groups ?? [],
    opted_out_at: optedOutAt,
    blocked_at: blockedAt,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}
