import type { Surface, SurfaceDocumentation } from '../surface.js';
import { BulkSendControlController } from './bulk-sends/bulk-send-control.controller.js';
import { BulkSendStreamsController } from './bulk-sends/bulk-send-streams.controller.js';
import { BulkSendsController } from './bulk-sends/bulk-sends.controller.js';
import { SendBulkController } from './bulk-sends/send-bulk.controller.js';
import { BusinessAccountsController } from './business-accounts.controller.js';
import { BusinessInfoController } from './business-info.controller.js';
import { ContactLookupController } from './contact-lookup.controller.js';
import { MetaTemplatesController } from './meta-templates.controller.js';
import { MetaTemplatesExceptionFilter, presentError } from './meta-templates-exception.filter.js';
import { TooManyRecipientsError } from '../../bulk/bulk.errors.js';
import { NotFoundError } from '../../errors.js';
import { describeError } from '../described-error.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import { quotaSchema } from './bulk-sends/bulk-sends.schemas.js';

const details: Schema = {
  type: 'object',
  description: 'Problems by field.',
  additionalProperties: array(string()),
};

const meta = object({
  code: nullable(integer({ description: 'Meta’s error code; null where it could not be reached.' })),
  message: nullable(string()),
  details: nullable(string()),
  fbtrace_id: nullable(string({ description: 'What Meta’s support asks for.' })),
});

const messageId = string({ description: 'Of the message that was not sent, or whose outcome nobody knows.' });

const refusal = (
  description: string,
  error: Error,
  more: Readonly<Record<string, Schema>> = {},
): AnswerDescription => ({
  description,
  json: {
    schema: object({ error: string(), code: string() }, { ...more, message_id: messageId }),
    example: presentError(describeError(error)),
  },
});

const metaTemplatesDocumentation: SurfaceDocumentation = {
  tag: 'Meta templates',
  errors: {
    400: refusal(
      'The request is not valid (`VALIDATION_ERROR`), the template cannot be sent (`TEMPLATE_NOT_APPROVED`), or the quota does not reach (`QUOTA_EXCEEDED`).',
      exampleErrors.invalid,
      {
        details,
        further_problems: integer({ description: 'Problems beyond the first 100.' }),
        quota_info: quotaSchema,
      },
    ),
    401: refusal('There is no valid API key (`UNAUTHENTICATED`).', exampleErrors.unauthenticated),
    403: refusal('The API key lacks the ability (`FORBIDDEN`).', exampleErrors.forbidden),
    404: refusal(
      'Nothing is there: `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `BULK_SEND_NOT_FOUND` or `MESSAGE_NOT_FOUND`.',
      new NotFoundError('MESSAGE_NOT_FOUND', 'There is no message 12.'),
    ),
    409: refusal(
      'It cannot be done as things stand: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `BULK_SEND_STATE`, `RECIPIENT_OPTED_OUT` or `RECIPIENT_BLOCKED`.',
      exampleErrors.blocked,
    ),
    413: refusal('It is too much: `TOO_MANY_RECIPIENTS` or `BODY_TOO_LARGE`.', new TooManyRecipientsError(100_000)),
    429: refusal('Too fast (`RATE_LIMITED`).', exampleErrors.rateLimited),
    500: refusal('Something went wrong here (`INTERNAL_ERROR`).', exampleErrors.internal),
    502: refusal('Meta refused, or could not be reached (`META_ERROR`).', exampleErrors.refused, { meta }),
    504: refusal(
      'Meta did not report whether it accepted the message (`OUTCOME_UNKNOWN`); it is not sent again.',
      exampleErrors.unknown,
    ),
  },
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
  documentation: metaTemplatesDocumentation,
};
