import type { Provider } from '@nestjs/common';
import { ConsentHistory } from './consent-history.js';
import { ContactBlocks, ContactBook } from './contact-blocks.js';
import { ContactCallbacks } from './contact-callbacks.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { ContactFiling, ContactChanges } from './contact-changes.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactDirectory, ReportedContacts } from './contact-directory.js';
import { ContactImport } from './contact-import.js';
import { ContactList } from './contact-list.js';
import { ContactReading } from './contact-reading.js';
import { ContactRecognition } from './contact-recognition.js';
import { ContactRemoval, ContactErasure } from './contact-removal.js';
import { ContactRows } from './contact-rows.js';
import { MarketingConsents } from './marketing-consents.js';
import { People } from './people.js';

/** What the services of contacts are made of. */
export const contactsProviders: Provider[] = [
  ConsentHistory,
  ContactBlocks,
  ContactBook,
  ContactCategoryRows,
  ContactChanges,
  ContactCallbacks,
  ContactDependents,
  ContactDirectory,
  ContactErasure,
  ContactFiling,
  ContactImport,
  ContactReading,
  ContactList,
  ContactRecognition,
  ContactRemoval,
  ContactRows,
  MarketingConsents,
  People,
  ReportedContacts,
];
