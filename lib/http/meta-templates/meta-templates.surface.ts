import type { Surface } from '../surface.js';
import { BulkSendControlController } from './bulk-sends/bulk-send-control.controller.js';
import { BulkSendStreamsController } from './bulk-sends/bulk-send-streams.controller.js';
import { BulkSendsController } from './bulk-sends/bulk-sends.controller.js';
import { SendBulkController } from './bulk-sends/send-bulk.controller.js';
import { BusinessAccountsController } from './business-accounts.controller.js';
import { BusinessInfoController } from './business-info.controller.js';
import { ContactLookupController } from './contact-lookup.controller.js';
import { metaTemplatesDocumentation } from './meta-templates.documentation.js';
import { MetaTemplatesController } from './meta-templates.controller.js';
import { MetaTemplatesExceptionFilter } from './meta-templates-exception.filter.js';

/** Mindo's API: template sends, single and in bulk. */
export const metaTemplatesSurface: Surface = {
  defaultPrefix: '/api/v1',
  controllers: [
    MetaTemplatesController,
    BusinessAccountsController,
    BusinessInfoController,
    SendBulkController,
    BulkSendsController,
    BulkSendControlController,
    BulkSendStreamsController,
    ContactLookupController,
  ],
  filter: MetaTemplatesExceptionFilter,
  documentation: metaTemplatesDocumentation,
};
