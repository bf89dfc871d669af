import type { AnswerDescription } from '../openapi/operation.js';
import { array, boolean, integer, nullable, object, type Schema, string } from '../openapi/schema.js';
import type { SurfaceDocumentation } from '../surface.js';

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

function refusal(
  description: string,
  { message, code, ...rest }: { readonly message: string; readonly code: string; readonly [field: string]: unknown },
  more: Readonly<Record<string, Schema>> = {},
): AnswerDescription {
  const schema = object(
    { success: boolean(), message: string(), code: string() },
    { ...more, message_id: messageRowSchema },
  );
  return { description, json: { schema, example: { success: false, message, code, ...rest } } };
}

export const conversationsDocumentation: SurfaceDocumentation = {
  tag: 'Conversations',
  errors: {
    400: refusal(
      'The request is not valid (`VALIDATION_ERROR`), or the template cannot be sent (`TEMPLATE_NOT_APPROVED`).',
      {
        message: 'The request is not valid.',
        code: 'VALIDATION_ERROR',
        errors: { content: ['is required: a text of 1 to 4096 characters.'] },
      },
      { errors },
    ),
    401: refusal('There is no valid API key (`UNAUTHENTICATED`).', {
      message: 'The API key is unknown, revoked or expired: send one that is valid.',
      code: 'UNAUTHENTICATED',
    }),
    403: refusal('The API key lacks the ability (`FORBIDDEN`).', {
      message: 'The caller lacks the ability "messages.send": use an API key that has it.',
      code: 'FORBIDDEN',
    }),
    404: refusal('Nothing is there: `CONVERSATION_NOT_FOUND`, `TEMPLATE_NOT_FOUND` or `PHONE_NUMBER_NOT_FOUND`.', {
      message: 'There is no conversation 45.',
      code: 'CONVERSATION_NOT_FOUND',
    }),
    409: refusal(
      'It cannot be done as things stand: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `SERVICE_WINDOW_CLOSED`, `RECIPIENT_OPTED_OUT` or `RECIPIENT_BLOCKED`.',
      { message: 'The recipient is blocked.', code: 'RECIPIENT_BLOCKED' },
    ),
    413: refusal('The body is larger than the host allows (`BODY_TOO_LARGE`).', {
      message: 'The body is larger than 1mb.',
      code: 'BODY_TOO_LARGE',
    }),
    429: refusal('Too fast (`RATE_LIMITED`).', { message: 'The phone number sends too fast.', code: 'RATE_LIMITED' }),
    500: refusal('Something went wrong here (`INTERNAL_ERROR`).', {
      message: 'Something went wrong on our side.',
      code: 'INTERNAL_ERROR',
    }),
    502: refusal(
      'Meta refused, or could not be reached (`META_ERROR`).',
      {
        message: 'The recipient cannot be reached. Meta said: (#131026) Message undeliverable',
        code: 'META_ERROR',
        meta: {
          code: 131026,
          message: '(#131026) Message undeliverable',
          details: null,
          fbtrace_id: 'Az8or2yhqkZfEZ-_4Qn_Bam',
        },
        message_id: 12,
      },
      { meta: metaSchema },
    ),
    504: refusal('Meta never told whether it took the message (`OUTCOME_UNKNOWN`); it is not sent again.', {
      message: 'Nobody knows yet whether the message was sent.',
      code: 'OUTCOME_UNKNOWN',
      message_id: 12,
    }),
  },
};
