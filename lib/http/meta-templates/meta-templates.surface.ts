import type { Surface } from '../surface.js';
import { BusinessAccountsController } from './business-accounts.controller.js';
import { MetaTemplatesController } from './meta-templates.controller.js';
import { MetaTemplatesExceptionFilter } from './meta-templates-exception.filter.js';

/** Mindo's API: template sends. */
export const metaTemplatesSurface: Surface = {
  defaultPrefix: '/api/v1',
  controllers: [MetaTemplatesController, BusinessAccountsController],
  filter: MetaTemplatesExceptionFilter,
};
