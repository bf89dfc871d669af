import { NotFoundError } from '../../errors.js';
import { describeError } from '../described-error.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { array, boolean, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import type { SurfaceDocumentation } from '../surface.js';
import { presentError } from './conversations-exception.filter.js';

const errors: Schema = { type: 'object', description: 'Problems by field.', additionalProperties: array(string()) };

/** Meta's side of a refusal. */
export const metaSchema = object({
  code: nullable(integer({ description: 'Meta’s error code; null where it could not be reached.' })),
  message: nullable(string()),
  details: nullable(string()),
  fbtrace_id: nullable(string({ description: 'What Meta’s support asks for.' })),
});

export const messageRowSchema = integer({
  description: 'Of the message that was not sent, or whose outcome nobody knows.',
});

export const errorsSchema = errors;

function refusal(description: string, error: Error, more: Readonly<Record<string, Schema>> = {}): AnswerDescription {
  const schema = object(
    { success: boolean(), message: string(), code: string() },
    { ...more, message_id: messageRowSchema },
  );
  return { description, json: { schema, example: presentError(describeError(error)) } };
}

export const conversationsDocumentation: SurfaceDocumentation = {
  tag: 'Conversations',
  errors: {
    400: refusal(
      'The request is not valid (`VALIDATION_ERROR`), or the template cannot be sent (`TEMPLATE_NOT_APPROVED`).',
      exampleErrors.invalid,
      { errors },
    ),
    401: refusal('There is no valid API key (`UNAUTHENTICATED`).', exampleErrors.unauthenticated),
    403: refusal('The API key lacks the ability (`FORBIDDEN`).', exampleErrors.forbidden),
    404: refusal(
      'Nothing is there: `CONVERSATION_NOT_FOUND`, `TEMPLATE_NOT_FOUND` or `PHONE_NUMBER_NOT_FOUND`.',
      new NotFoundError('CONVERSATION_NOT_FOUND', 'There is no conversation 45.'),
    ),
    409: refusal(
      'It cannot be done as things stand: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `SERVICE_WINDOW_CLOSED`, `RECIPIENT_OPTED_OUT` or `RECIPIENT_BLOCKED`.',
      exampleErrors.blocked,
    ),
    413: refusal('The body is larger than the host allows (`BODY_TOO_LARGE`).', exampleErrors.bodyTooLarge),
    429: refusal('Too fast (`RATE_LIMITED`).', exampleErrors.rateLimited),
    500: refusal('Something went wrong here (`INTERNAL_ERROR`).', exampleErrors.internal),
    502: refusal('Meta refused, or could not be reached (`META_ERROR`).', exampleErrors.refused, { meta: metaSchema }),
    504: refusal(
      'Meta did not report whether it accepted the message (`OUTCOME_UNKNOWN`); it is not sent again.',
      exampleErrors.unknown,
    ),
  },
};
