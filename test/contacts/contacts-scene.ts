import { ContactDependents } from '../../lib/contacts/contact-dependents.js';
import { ContactDirectory } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactRecognition } from '../../lib/contacts/contact-recognition.js';
import { ContactRows } from '../../lib/contacts/contact-rows.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { MarketingConsents } from '../../lib/contacts/marketing-consents.js';
import { SeenContacts } from '../../lib/contacts/seen-contacts.js';
import { migratedDatabase } from '../database/open-database.js';
import type { FreshDatabase } from '../support/databases.js';

/** The room of contacts on a database of its own. */
export async function contactsScene(fresh: FreshDatabase) {
  const dataSource = await migratedDatabase(fresh);
  const contacts = dataSource.getRepository(ContactEntity);
  const identities = dataSource.getRepository(ContactIdentityEntity);
  const dependents = new ContactDependents();
  const rows = new ContactRows(dataSource, contacts, identities, dependents);
  const recognition = new ContactRecognition(dataSource, contacts, identities, rows);
  const directory = new ContactDirectory(dataSource, contacts, identities, recognition);
  const seen = new SeenContacts(dataSource, directory, rows);
  const consents = new MarketingConsents(dataSource, contacts, identities, seen, rows);
  return { dataSource, contacts, identities, dependents, rows, directory, consents };
}

export type ContactsScene = Awaited<ReturnType<typeof contactsScene>>;
