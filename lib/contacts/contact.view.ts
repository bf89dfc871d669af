import type { ContactEntity, ContactType } from './contact.entity.js';
import { countryOfUserId } from './reported-contact.js';

/**
 * A person as a workspace knows them.
 *
 * @publicApi
 */
export interface WhatsAppContact {
  /** Row id; it stays when the number changes. */
  readonly id: number;
  /** Row id of the workspace that the contact belongs to. */
  readonly workspaceId: number;
  /** The number last known: digits with country code, without `+`; null for a person known by a user id alone. */
  readonly phone: string | null;
  /** WhatsApp's own id of the number as Meta reported it; may differ from the number. */
  readonly waId: string | null;
  /** Meta's business-scoped user id (BSUID), such as `US.13491208655302741918`. */
  readonly userId: string | null;
  /** Meta's user id of the person for the parent business, such as `US.ENT.506847293015`. */
  readonly parentUserId: string | null;
  /** The country of the person by their user id, by ISO 3166-1 alpha-2; null while no user id is known. */
  readonly userCountry: string | null;
  /** The username that the person has on WhatsApp, without `@`; it may be another person's later. */
  readonly username: string | null;
  /** The name that the person gave themselves on WhatsApp. */
  readonly profileName: string | null;
  /** The first name, as the business filed it. */
  readonly firstName: string | null;
  /** The last name, as the business filed it. */
  readonly lastName: string | null;
  /** The email; no other contact of the workspace has it. */
  readonly email: string | null;
  /** What the person is to the business. */
  readonly type: ContactType | null;
  /** The company that the person belongs to. */
  readonly company: string | null;
  /** Notes of the business about the person. */
  readonly description: string | null;
  /** As the host writes it: a name or a code. */
  readonly country: string | null;
  /** Id of a country in the host's own list. */
  readonly countryId: number | null;
  /** Postal code. */
  readonly zip: string | null;
  /** City of the address. */
  readonly city: string | null;
  /** State or province of the address. */
  readonly state: string | null;
  /** Street and house number. */
  readonly address: string | null;
  /** Row id of a source; see `ContactSourcesService`. */
  readonly sourceId: number | null;
  /** Row id of a status; see `ContactStatusesService`. */
  readonly statusId: number | null;
  /** Id of the host's user who the contact is assigned to. */
  readonly assignedId: number | null;
  /** Names of the groups that the person is in; null for none. */
  readonly groups: readonly string[] | null;
  /** When the person said that they want no marketing; null while they did not. */
  readonly optedOutAt: Date | null;
  /** What reported it last: `user_preferences` (Meta's button), `keyword` (a word of theirs) or `api` (the host). */
  readonly optOutSource: 'user_preferences' | 'keyword' | 'api' | null;
  /** When the person last said whether they want marketing, by Meta's clock where Meta reports it. */
  readonly consentAt: Date | null;
  /** When the business blocked the person; null while they are not blocked. */
  readonly blockedAt: Date | null;
  /** Why, in the words of whoever blocked them. */
  readonly blockReason: string | null;
  /** When the person became a contact. */
  readonly createdAt: Date;
  /** When the contact last changed. */
  readonly updatedAt: Date;
}

/** A contact as users see it. */
export function viewOfContact(contact: ContactEntity): WhatsAppContact {
  return {
    id: contact.id,
    workspaceId: contact.workspaceId,
    phone: contact.phone,
    waId: contact.waId,
    userId: contact.userId,
    parentUserId: contact.parentUserId,
    userCountry: countryOfUserId(contact.userId ?? contact.parentUserId),
    username: contact.username,
    profileName: contact.profileName,
    firstName: contact.firstName,
    lastName: contact.lastName,
    email: contact.email,
    type: contact.type,
    company: contact.company,
    description: contact.description,
    country: contact.country,
    countryId: contact.countryId,
    zip: contact.zip,
    city: contact.city,
    state: contact.state,
    address: contact.address,
    sourceId: contact.sourceId,
    statusId: contact.statusId,
    assignedId: contact.assignedId,
    groups: contact.groups,
    optedOutAt: contact.optedOutAt,
    optOutSource: contact.optOutSource,
    consentAt: contact.consentAt,
    blockedAt: contact.blockedAt,
    blockReason: contact.blockReason,
    createdAt: contact.createdAt,
    updatedAt: contact.updatedAt,
  };
}
