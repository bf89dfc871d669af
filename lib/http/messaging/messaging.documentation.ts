import { integer, object, string } from '../openapi/schema.js';
import type { AnswerDescription } from '../openapi/operation.js';
import type { SurfaceDocumentation } from '../surface.js';

const refusal = (description: string, error: string): AnswerDescription => ({
  description,
  json: { schema: object({ error: string() }), example: { error } },
});

/** What API documents tell of all handlers of the surface. */
export const messagingDocumentation: SurfaceDocumentation = {
  tag: 'Messaging',
  errors: {
    400: refusal(
      'The request is not valid, every problem named; or Meta refused it.',
      'phone has 3 digits; a phone number has 8 to 15 with its country code, such as +5491112345678. ' +
        'message is required; write text.',
    ),
    401: refusal('No API key, or one that is unknown, revoked or expired.', 'Unauthorized'),
    403: refusal(
      'The API key lacks the ability.',
      'The caller lacks the ability "messages.send": use an API key that has it.',
    ),
    404: refusal(
      'The template or the phone number does not exist, or belongs to another workspace.',
      'There is no template "order_shipped".',
    ),
    409: refusal(
      'The person is blocked or wants no marketing; or the Idempotency-Key was used for another request, or for a person who was erased since.',
      'This Idempotency-Key was used with another body. Use a new key for a new request.',
    ),
    413: refusal('The body is too large.', 'The body is over the limit of 5mb. Send less at a time.'),
    429: {
      ...refusal(
        'Too many requests, here or at Meta. The header Retry-After says in how many seconds to try again.',
        'Meta refused the request with code 130429: (#130429) Rate limit hit',
      ),
    },
    500: refusal('Something went wrong here.', 'Something went wrong on our side.'),
    502: refusal('Meta could not be reached; nothing was sent.', 'Meta could not be reached.'),
    504: {
      description: 'Meta did not tell what became of it. It is not sent again; look the message up later by its id.',
      json: {
        schema: object({ error: string() }, { message_id: integer() }),
        example: {
          error: 'Meta did not tell what became of message 17. It is not sent again; look it up later.',
          message_id: 17,
        },
      },
    },
  },
};
