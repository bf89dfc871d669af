import type { Provider } from '@nestjs/common';
import { AccountUpdates } from './account-updates.js';
import { ConsentUpdates } from './consent-updates.js';
import { FieldUpdates } from './field-updates.js';
import { MetaRefetches } from './meta-refetches.js';
import { NumberUpdates, ReportedNumbers } from './phone-number-updates.js';
import { TemplateUpdates, ReportedTemplates } from './template-updates.js';
export const fieldProviders: Provider[] = [
  FieldUpdates,
  TemplateUpdates,
  NumberUpdates,
  AccountUpdates,
  ConsentUpdates,
  ReportedTemplates,
  ReportedNumbers,
  MetaRefetches,
];
