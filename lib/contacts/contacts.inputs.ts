import type { InWorkspace } from '../accounts/accounts.service.js';
import type { ContactEntity } from './contact.entity.js';
import type { ConsentSource } from './marketing-consents.js';

/** A page of the contacts. */
export interface ListContacts extends InWorkspace {
  /** From 1, which is the default. */
  readonly page?: number;
  /** Contacts in a page: 1 to 100, 20 by default. */
  readonly pageSize?: number;
}

export interface ContactPage {
  readonly items: readonly ContactEntity[];
  /** Of all pages. */
  readonly total: number;
}

/** A person's wish about marketing. */
export interface ConsentOptions extends InWorkspace {
  /** Who says so: `api`, the host, when left out. */
  readonly source?: ConsentSource;
  /** When the person said so; now when left out. A later wish holds, whichever is told first. */
  readonly at?: Date;
}

export interface BlockOptions extends InWorkspace {
  /** Meta's id of the number that shall hear nothing of the person; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/** A person who was blocked, or is not any more. */
export interface BlockedContact {
  readonly contact: ContactEntity;
  /** What Meta answered. */
  readonly metaResponse: object;
}
