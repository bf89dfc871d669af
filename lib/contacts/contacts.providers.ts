import type { Provider } from '@nestjs/common';
import { ContactBlocks } from './contact-blocks.js';
import { ContactCategoryRows } from './contact-category-rows.js';
import { ContactChanges } from './contact-changes.js';
import { ContactCallbacks } from './contact-callbacks.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactDirectory } from './contact-directory.js';
import { ContactErasure } from './contact-erasure.js';
import { ContactFiling } from './contact-filing.js';
import { ContactReading } from './contact-reading.js';
import { ContactList } from './contact-list.js';
import { ContactRecognition } from './contact-recognition.js';
import { ContactRemoval } from './contact-removal.js';
import { ContactRows } from './contact-rows.js';
import { MarketingConsents } from './marketing-consents.js';
import { People } from './people.js';
import { SeenContacts } from './seen-contacts.js';

export const contactProviders: Provider[] = [
  ContactBlocks,
  ContactCategoryRows,
  ContactChanges,
  ContactCallbacks,
  ContactDependents,
  ContactDirectory,
  ContactErasure,
  ContactFiling,
  ContactReading,
  ContactList,
  ContactRecognition,
  ContactRemoval,
  ContactRows,
  MarketingConsents,
  People,
  SeenContacts,
];
