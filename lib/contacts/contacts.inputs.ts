import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { ContactType } from './contact.entity.js';
import type { WhatsAppContact } from './contact.view.js';
import type { PhoneCountryCode } from './phone-number.js';

/**
 * Which contacts are meant; all of a workspace when nothing is given.
 *
 * @publicApi
 */
export interface ContactFilters extends InWorkspace {
  /**
   * A number in any spelling or a part of it, or a user id; or words that names, username, email or company have in them,
   * capitals or not.
   */
  readonly search?: string | undefined;
  /** Only those that are this to the business. */
  readonly type?: ContactType | undefined;
  /** Only those in the group of this very name; names are without commas. */
  readonly group?: string | undefined;
  /** Only those from this source, by its id. */
  readonly sourceId?: number | undefined;
  /** Only those with this status, by its id. */
  readonly statusId?: number | undefined;
  /** Only those assigned to this user of the host's, by their id. */
  readonly assignedId?: number | undefined;
  /** Only those with a user id of this country, by ISO 3166-1 alpha-2. */
  readonly userCountry?: string | undefined;
  /** Only those who want marketing (`opted_in`), who want none (`opted_out`), or who said nothing of it (`unknown`). */
  readonly consent?: 'opted_in' | 'opted_out' | 'unknown' | undefined;
  /** Only those who are blocked, or only those who are not. */
  readonly isBlocked?: boolean | undefined;
}

/**
 * A page of the contacts by its number.
 *
 * @publicApi
 */
export interface ListContacts extends ContactFilters {
  /** From 1, which is the default. */
  readonly page?: number;
  /** Contacts in a page: 1 to 100, 20 by default. */
  readonly pageSize?: number;
}

/**
 * Contacts from a position on: however far down the list that is, they cost the same.
 *
 * @publicApi
 */
export interface BrowseContacts extends ContactFilters {
  /** The `nextCursor` of the page before; the newest contacts when left out. */
  readonly cursor?: string | undefined;
  /** Contacts in a page: 1 to 100, 50 by default. */
  readonly limit?: number | undefined;
}

/**
 * Contacts from a position on.
 *
 * @publicApi
 */
export interface BrowsedContacts {
  /** Newest first. */
  readonly items: readonly WhatsAppContact[];
  /** Of the next page; null on the last one. */
  readonly nextCursor: string | null;
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
  /** Who of yours enters it, in your words: at most 255 characters, for the history. */
  readonly enteredBy?: string | undefined;
}

/**
 * One time that a person said whether they want marketing.
 *
 * @publicApi
 */
export interface ConsentChange {
  /** What they said. */
  readonly consent: 'opted_in' | 'opted_out';
  /** Who reported it. */
  readonly source: ConsentSource;
  /** Who of the host's entered it; null where no one did, or before that was kept. */
  readonly enteredBy: string | null;
  /** When they said so, by Meta's clock where Meta reports it. */
  readonly saidAt: Date;
  /** When it was learned of here. */
  readonly recordedAt: Date;
}

/**
 * A number or user id of a person, and when it was theirs.
 *
 * @publicApi
 */
export interface ContactIdentity {
  /** Digits with country code in the one spelling that all come to, or a business-scoped user id. */
  readonly identity: string;
  /** What it is. */
  readonly kind: 'phone' | 'user_id';
  /** Since when; null for always, as far as is known. */
  readonly since: Date | null;
  /** Until when; null while it is theirs. */
  readonly until: Date | null;
  /** When they were first seen by it. */
  readonly seenAt: Date;
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
  | (CreateContactInput & {
      /** The business-scoped user id. */
      readonly userId?: undefined;
    })
  | (ContactFields &
      InWorkspace & {
        /** The number, with country code. */
        readonly phone?: undefined;
        /** The business-scoped user id. */
        readonly userId: string;
      });

/**
 * A row of a list of people who are to be contacts: by their number or, where no one knows it, Meta's id of them.
 *
 * @publicApi
 */
export interface ContactImportRow extends ContactFields {
  /** In any spelling. */
  readonly phone?: string | undefined;
  /** Meta's business-scoped user id; the number is not looked at then. */
  readonly userId?: string | undefined;
  /** What the person said of marketing; nothing new when left out. */
  readonly consent?: ConsentChange['consent'] | undefined;
  /** Why the row cannot be read; then nothing else of it is looked at. */
  readonly unreadable?: string | undefined;
  /** Its number in the problems, such as the line of a file; how many rows came so far when left out. */
  readonly row?: number | undefined;
}

/**
 * A list of people who are to be contacts.
 *
 * @publicApi
 */
export interface ImportContactsInput extends InWorkspace {
  /** Read as they come, some hundred at a time. */
  readonly rows: Iterable<ContactImportRow> | AsyncIterable<ContactImportRow>;
  /** Whether everything is checked and nothing stored. */
  readonly isDryRun?: boolean | undefined;
  /** Most rows; 100,000 when left out. */
  readonly maxRows?: number | undefined;
  /** Who of yours imports it, in your words, for the history of consents. */
  readonly enteredBy?: string | undefined;
}

/**
 * Something wrong with a row of an import.
 *
 * @publicApi
 */
export interface ContactImportProblem {
  /** The row's own number, or its place in the list, from 1. */
  readonly row: number;
  /** The field; empty when the row could not be read. */
  readonly path: string;
  /** A sentence for people that says what to write instead. */
  readonly message: string;
}

/**
 * What an import came to, or would.
 *
 * @publicApi
 */
export interface ContactImportReport {
  /** Whether nothing was stored. */
  readonly isDryRun: boolean;
  /** Rows that were read. */
  readonly rows: number;
  /** People who were no contacts before. */
  readonly created: number;
  /** People who were contacts already. */
  readonly updated: number;
  /** Rows that were left out, for what is wrong with them. */
  readonly failed: number;
  /** The first hundred, by row. */
  readonly problems: readonly ContactImportProblem[];
  /** How many more there are. */
  readonly furtherProblems: number;
}

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
