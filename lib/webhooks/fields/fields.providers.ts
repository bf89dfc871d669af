import type { Provider } from '@nestjs/common';
import { AccountUpdates } from './account-updates.js';
import { ConsentUpdates } from './consent-updates.js';
import { FieldUpdates } from './field-updates.js';
import { MetaRefetches } from './meta-refetches.js';
import { NumberUpdates } from './number-updates.js';
import { TemplateUpdates } from './template-updates.js';
import { ToldNumbers } from './told-numbers.js';
import { ToldTemplates } from './told-templates.js';

export const fieldProviders: Provider[] = [
  FieldUpdates,
  TemplateUpdates,
  NumberUpdates,
  AccountUpdates,
  ConsentUpdates,
  ToldTemplates,
  ToldNumbers,
  MetaRefetches,
];
