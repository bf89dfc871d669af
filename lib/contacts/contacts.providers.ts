import type { Provider } from '@nestjs/common';
import { ContactBlocks } from './contact-blocks.js';
import { ContactDependents } from './contact-dependents.js';
import { ContactDirectory } from './contact-directory.js';
import { ContactErasure } from './contact-erasure.js';
import { ContactRecognition } from './contact-recognition.js';
import { ContactRows } from './contact-rows.js';
import { MarketingConsents } from './marketing-consents.js';
import { SeenContacts } from './seen-contacts.js';

export const contactProviders: Provider[] = [
  ContactBlocks,
  ContactDependents,
  ContactDirectory,
  ContactErasure,
  ContactRecognition,
  ContactRows,
  MarketingConsents,
  SeenContacts,
];
