import { TooManyRecipientsError } from '../../bulk/bulk.errors.js';
import { NotFoundError } from '../../errors.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { BulkSendControlController } from './bulk-sends/bulk-send-control.controller.js';
import { BulkSendStreamsController } from './bulk-sends/bulk-send-streams.controller.js';
import { BulkSendsController } from './bulk-sends/bulk-sends.controller.js';
import { SendBulkController } from './bulk-sends/send-bulk.controller.js';
import { BusinessAccountsController } from './business-accounts.controller.js';
import { BusinessInfoController } from './business-info.controller.js';
import { ContactLookupController } from './contact-lookup.controller.js';
import { MetaTemplatesController } from './meta-templates.controller.js';
import { ErrorAnswer, MetaTemplatesExceptionFilter } from './meta-templates-exception.filter.js';

const documentation: SurfaceDocumentation = {
  tag: 'Meta templates',
  refusal: ErrorAnswer,
  refusals: [
    {
      description:
        'The request is not valid (`VALIDATION_ERROR`), the template cannot be sent (`TEMPLATE_NOT_APPROVED`), or the quota does not suffice (`QUOTA_EXCEEDED`).',
      error: exampleErrors.invalidRequest,
    },
    { description: 'There is no valid API key (`UNAUTHENTICATED`).', error: exampleErrors.unauthenticated },
    { description: 'The API key lacks the ability (`FORBIDDEN`).', error: exampleErrors.lacksAbility },
    {
      description:
        'Not found: `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `BULK_SEND_NOT_FOUND` or `MESSAGE_NOT_FOUND`.',
      error: new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.'),
    },
    {
      description:
        'The present state forbids it: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `BULK_SEND_STATE`, `RECIPIENT_OPTED_OUT` or `RECIPIENT_BLOCKED`.',
      error: exampleErrors.blocked,
    },
    {
      description: 'It is too much: `TOO_MANY_RECIPIENTS` or `BODY_TOO_LARGE`.',
      error: new TooManyRecipientsError(100_000),
    },
    { description: 'Too fast (`RATE_LIMITED`).', error: exampleErrors.rateLimited },
    { description: 'Something went wrong here (`INTERNAL_ERROR`).', error: exampleErrors.internal },
    { description: 'Meta refused, or could not be reached (`META_ERROR`).', error: exampleErrors.refused },
    {
      description: 'Meta did not report whether it accepted the message (`OUTCOME_UNKNOWN`); it is not sent again.',
      error: exampleErrors.unknown,
    },
  ],
};

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
  documentation,
};
