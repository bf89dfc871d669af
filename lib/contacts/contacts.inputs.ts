import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { ContactType } from './contact.entity.js';
import type { WhatsAppContact } from './contact.view.js';
import type { PhoneCountryCode } from './phone-number.js';

/**
 * A page of the contacts.
 *
 * @publicApi
 */
export interface ListContacts extends InWorkspace {
  /** From 1, which is the default. */
  readonly page?: number;
  /** Contacts in a page: 1 to 100, 20 by default. */
  readonly pageSize?: number;
  /**
   * A number in any spelling or a part of it, or a user id; or words that names, username, email or company have in them,
   * capitals or not.
   */
  readonly search?: string;
  /** Only those that are this to the business. */
  readonly type?: ContactType;
  /** Only those in the group of this very name; names are without commas. */
  readonly group?: string;
  /** Only those from this source, by its id. */
  readonly sourceId?: number;
  /** Only those with this status, by its id. */
  readonly statusId?: number;
  /** Only those assigned to this user of the host's, by their id. */
  readonly assignedId?: number;
  /** Only those with a user id of this country, by ISO 3166-1 alpha-2. */
  readonly userCountry?: string;
}

/**
 * A page of the contacts.
 *
 * @publicApi
 */
export interface ContactPage {
  /** Newest first. */
  readonly items: readonly WhatsAppContact[];
  /** Of all pages. */
  readonly total: number;
}

/**
 * A person's consent about marketing.
 *
 * @publicApi
 */
export interface MarketingConsentOptions extends InWorkspace {
  /** Who says so: `api`, the host, when left out. */
  readonly source?: ConsentSource;
  /** When the person said so; now when left out. A later consent counts, whichever is reported first. */
  readonly at?: Date;
}

/**
 * Which number of the business is meant where a person is blocked, or taken out of the contact book.
 *
 * @publicApi
 */
export interface BlockContactOptions extends InWorkspace {
  /** Meta's id of the number, which hears nothing of a blocked person; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/**
 * A person who was blocked, or is not any more.
 *
 * @publicApi
 */
export interface BlockedContact {
  /** The contact as it is now. */
  readonly contact: WhatsAppContact;
  /** What Meta answered. */
  readonly metaResponse: object;
}

/**
 * What the business files about a person; what is left out stays as it is, null and an empty text take it away.
 *
 * @publicApi
 */
export interface ContactFields {
  /** At most 255 characters. */
  readonly firstName?: string | null;
  /** At most 255 characters. */
  readonly lastName?: string | null;
  /** No other contact may have it, in capitals or not. */
  readonly email?: string | null;
  /** What the person is to the business. */
  readonly type?: ContactType | null;
  /** At most 255 characters. */
  readonly company?: string | null;
  /** At most 10,000 characters. */
  readonly description?: string | null;
  /** A name or a code, at most 64 characters. */
  readonly country?: string | null;
  /** Id of a country in the host's own list. */
  readonly countryId?: number | null;
  /** At most 32 characters. */
  readonly zip?: string | null;
  /** At most 255 characters. */
  readonly city?: string | null;
  /** At most 255 characters. */
  readonly state?: string | null;
  /** At most 1,000 characters. */
  readonly address?: string | null;
  /** Id of one of the workspace's sources; see `ContactSourcesService`. */
  readonly sourceId?: number | null;
  /** Id of one of the workspace's statuses; see `ContactStatusesService`. */
  readonly statusId?: number | null;
  /** Id of the host's user who sees to the contact. */
  readonly assignedId?: number | null;
  /** Names, in a list or separated by commas: at most 100, of at most 100 characters each, without commas. */
  readonly groups?: readonly string[] | string | null;
}

/**
 * A person who becomes a contact.
 *
 * @publicApi
 */
export interface CreateContactInput extends ContactFields, InWorkspace {
  /** In any spelling. */
  readonly phone: string;
}

/**
 * A person who becomes a contact, or is one: by their number or, where no one knows it, Meta's id of them.
 *
 * @publicApi
 */
export type SaveContactInput =
  | (CreateContactInput & { readonly userId?: undefined })
  | (ContactFields & InWorkspace & { readonly phone?: undefined; readonly userId: string });

/**
 * What changes about a contact.
 *
 * @publicApi
 */
export interface UpdateContactInput extends ContactFields {
  /** In any spelling. */
  readonly phone?: string | undefined;
}

/**
 * A contact that was created or changed.
 *
 * @publicApi
 */
export interface SavedContact {
  /** The contact as it is now. */
  readonly contact: WhatsAppContact;
  /** Whether there was none of the number before. */
  readonly isNew: boolean;
}

/**
 * Who says whether a person wants marketing: Meta's button, a word of theirs, or the host.
 *
 * @publicApi
 */
export type ConsentSource = NonNullable<WhatsAppContact['optOutSource']>;

export interface ContactsOptions {
  /** Country of national phone numbers, which are taken too. */
  readonly defaultCountry: PhoneCountryCode | undefined;
}

export const CONTACTS_OPTIONS = Symbol('CONTACTS_OPTIONS');
