import type { Surface, SurfaceDocumentation } from '../surface.js';
import { MessagingBlocksController } from './blocks.controller.js';
import { MessagingExceptionFilter, presentError, wordError } from './messaging-exception.filter.js';
import { MessagingOverviewController } from './overview.controller.js';
import { MessagingSendController } from './send.controller.js';
import { NotFoundError } from '../../errors.js';
import { describeError } from '../described-error.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { integer, object, string } from '../openapi/schema.js';
import type { AnswerDescription } from '../openapi/operation.js';

const refusal = (description: string, error: Error): AnswerDescription => ({
  description,
  json: { schema: object({ error: string() }), example: exampleOf(error) },
});

const exampleOf = (error: Error): object => presentError(wordError(describeError(error), error));

/** What API documents tell of all handlers of the surface. */
const messagingDocumentation: SurfaceDocumentation = {
  tag: 'Messaging',
  errors: {
    400: refusal('The request is not valid, every problem named; or Meta refused it.', exampleErrors.invalid),
    401: refusal('No API key, or one that is unknown, revoked or expired.', exampleErrors.unauthenticated),
    403: refusal('The API key lacks the ability.', exampleErrors.forbidden),
    404: refusal(
      'The template or the phone number does not exist, or belongs to another workspace.',
      new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'There is no phone number whose row is 45.'),
    ),
    409: refusal(
      'The person is blocked or wants no marketing; or the Idempotency-Key was used for another request, or for a person who was erased since.',
      exampleErrors.keyUsed,
    ),
    413: refusal('The body is too large.', exampleErrors.bodyTooLarge),
    429: {
      ...refusal(
        'Too many requests, here or at Meta. The header Retry-After says in how many seconds to try again.',
        exampleErrors.rateLimited,
      ),
    },
    500: refusal('Something went wrong here.', exampleErrors.internal),
    502: refusal('Meta could not be reached; nothing was sent.', exampleErrors.unreachable),
    504: {
      description: 'Meta did not tell what became of it. It is not sent again; look the message up later by its id.',
      json: {
        schema: object({ error: string() }, { message_id: integer() }),
        example: exampleOf(exampleErrors.unknown),
      },
    },
  },
};

/** The API of django-meta-whatsapp: texts, locations and templates to one person, chats and blocks. */
export const messagingSurface: Surface = {
  defaultPrefix: '/whatsapp/api',
  controllers: [MessagingSendController, MessagingOverviewController, MessagingBlocksController],
  takesUntypedJson: true,
  filter: MessagingExceptionFilter,
  documentation: messagingDocumentation,
};
