import type { Provider } from '@nestjs/common';
import { TemplateAuthoring } from './template-authoring.js';
import { TemplateFinder } from './template-finder.js';
import { TemplateStore } from './template-store.js';
import { TemplateSync } from './template-sync.js';
import { OutdatedTemplates } from './outdated-templates.js';
import { MetaRefresh } from './meta-refresh.js';

/** What templates need, besides the service and the options. */
export const templateProviders: Provider[] = [
  TemplateAuthoring,
  TemplateFinder,
  TemplateStore,
  TemplateSync,
  MetaRefresh,
  OutdatedTemplates,
];
