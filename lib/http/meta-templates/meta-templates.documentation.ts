import type { AnswerDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import type { SurfaceDocumentation } from '../surface.js';
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
  example: object,
  more: Readonly<Record<string, Schema>> = {},
): AnswerDescription => ({
  description,
  json: { schema: object({ error: string(), code: string() }, { ...more, message_id: messageId }), example },
});

export const metaTemplatesDocumentation: SurfaceDocumentation = {
  tag: 'Meta templates',
  errors: {
    400: refusal(
      'The request is not valid (`VALIDATION_ERROR`), the template cannot be sent (`TEMPLATE_NOT_APPROVED`), or the quota does not reach (`QUOTA_EXCEEDED`).',
      {
        error: 'The request is not valid.',
        code: 'VALIDATION_ERROR',
        details: { 'variables.company': ['is required by the template.'] },
      },
      {
        details,
        further_problems: integer({ description: 'Problems beyond the first 100.' }),
        quota_info: quotaSchema,
      },
    ),
    401: refusal('There is no valid API key (`UNAUTHENTICATED`).', {
      error: 'The API key is unknown, revoked or expired: send one that is valid.',
      code: 'UNAUTHENTICATED',
    }),
    403: refusal('The API key lacks the ability (`FORBIDDEN`).', {
      error: 'The caller lacks the ability "messages.send": use an API key that has it.',
      code: 'FORBIDDEN',
    }),
    404: refusal(
      'Nothing is there: `TEMPLATE_NOT_FOUND`, `PHONE_NUMBER_NOT_FOUND`, `BULK_SEND_NOT_FOUND` or `MESSAGE_NOT_FOUND`.',
      { error: 'There is no message 12.', code: 'MESSAGE_NOT_FOUND' },
    ),
    409: refusal(
      'It cannot be done as things stand: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `BULK_SEND_STATE`, `RECIPIENT_OPTED_OUT` or `RECIPIENT_BLOCKED`.',
      { error: 'The bulk send is COMPLETED already.', code: 'BULK_SEND_STATE' },
    ),
    413: refusal('It is too much: `TOO_MANY_RECIPIENTS` or `BODY_TOO_LARGE`.', {
      error: 'A bulk send takes at most 100000 recipients.',
      code: 'TOO_MANY_RECIPIENTS',
    }),
    429: refusal('Too fast (`RATE_LIMITED`).', { error: 'The phone number sends too fast.', code: 'RATE_LIMITED' }),
    500: refusal('Something went wrong here (`INTERNAL_ERROR`).', {
      error: 'Something went wrong on our side.',
      code: 'INTERNAL_ERROR',
    }),
    502: refusal(
      'Meta refused, or could not be reached (`META_ERROR`).',
      {
        error: 'The recipient cannot be reached. Meta said: (#131026) Message undeliverable',
        code: 'META_ERROR',
        meta: {
          code: 131026,
          message: '(#131026) Message undeliverable',
          details: null,
          fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
        },
        message_id: '12',
      },
      { meta },
    ),
    504: refusal('Meta never told whether it took the message (`OUTCOME_UNKNOWN`); it is not sent again.', {
      error: 'Nobody knows yet whether the message was sent.',
      code: 'OUTCOME_UNKNOWN',
      message_id: '12',
    }),
  },
};
