import { CallbackDeliveryEntity } from '../../lib/callbacks/callback-delivery.entity.js';
import { CallbackEntity } from '../../lib/callbacks/callback.entity.js';
import { CallbackOutbox } from '../../lib/callbacks/callback-outbox.js';
import { ErasedDeliveries } from '../../lib/callbacks/delivery-maintenance.js';
import { ConsentHistory } from '../../lib/contacts/consent-history.js';
import { ContactCallbacks } from '../../lib/contacts/contact-callbacks.js';
import { ContactConsentEntity } from '../../lib/contacts/contact-consent.entity.js';
import { ContactDependents } from '../../lib/contacts/contact-dependents.js';
import { ContactDirectory, ReportedContacts } from '../../lib/contacts/contact-directory.js';
import { ContactIdentityEntity } from '../../lib/contacts/contact-identity.entity.js';
import { ContactRecognition } from '../../lib/contacts/contact-recognition.js';
import { ContactRows } from '../../lib/contacts/contact-rows.js';
import { ContactEntity } from '../../lib/contacts/contact.entity.js';
import { MarketingConsents } from '../../lib/contacts/marketing-consents.js';
import { migratedDatabase } from '../store/open-database.js';
import type { FreshDatabase } from '../support/databases.js';

/** The room of contacts on a database of its own. */
export async function contactsScene(fresh: FreshDatabase) {
  const dataSource = await migratedDatabase(fresh);
  const contacts = dataSource.getRepository(ContactEntity);
  const identities = dataSource.getRepository(ContactIdentityEntity);
  const dependents = new ContactDependents();
  const deliveries = dataSource.getRepository(CallbackDeliveryEntity);
  const outbox = new CallbackOutbox(dataSource.getRepository(CallbackEntity), deliveries);
  const erased = new ErasedDeliveries(deliveries);
  const callbacks = new ContactCallbacks(contacts, outbox, erased, dependents);
  const rows = new ContactRows(contacts, identities, dependents, callbacks);
  const recognition = new ContactRecognition(dataSource, contacts, identities, rows);
  const directory = new ContactDirectory(contacts, identities, recognition);
  const seen = new ReportedContacts(dataSource, directory, rows);
  const history = new ConsentHistory(dataSource.getRepository(ContactConsentEntity), dependents);
  const consents = new MarketingConsents(contacts, identities, seen, rows, history);
  return { dataSource, contacts, identities, dependents, rows, directory, consents, history };
}

export type ContactsScene = Awaited<ReturnType<typeof contactsScene>>;
