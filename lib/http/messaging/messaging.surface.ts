import { NotFoundError } from '../../errors.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { MessagingBlocksController } from './blocks.controller.js';
import { ErrorAnswer, MessagingExceptionFilter } from './messaging-exception.filter.js';
import { MessagingOverviewController } from './overview.controller.js';
import { MessagingSendController } from './send.controller.js';

const documentation: SurfaceDocumentation = {
  tag: 'Messaging',
  refusal: ErrorAnswer,
  refusals: [
    {
      description: 'The request is not valid, every problem named; or Meta refused it.',
      error: exampleErrors.invalidRequest,
    },
    {
      description: 'No API key, or one that is unknown, revoked or expired.',
      error: exampleErrors.unauthenticated,
    },
    { description: 'The API key lacks the ability.', error: exampleErrors.lacksAbility },
    {
      description: 'The template or the phone number does not exist, or belongs to another workspace.',
      error: new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'Phone number 45 not found.'),
    },
    {
      description:
        'The person is blocked or opted out of marketing; or the Idempotency-Key was used for another request, or for a person who was erased since.',
      error: exampleErrors.keyUsed,
    },
    { description: 'The body is too large.', error: exampleErrors.bodyTooLarge },
    {
      description: 'Too many requests, here or at Meta. The header Retry-After says in how many seconds to try again.',
      error: exampleErrors.rateLimited,
    },
    { description: 'Something went wrong here.', error: exampleErrors.internal },
    { description: 'Meta could not be reached; nothing was sent.', error: exampleErrors.unreachable },
    {
      description: 'Meta did not report the outcome. It is not sent again; look the message up later by its id.',
      error: exampleErrors.unknown,
    },
  ],
};

/** The API of django-meta-whatsapp: texts, locations and templates to one person, chats and blocks. */
export const messagingSurface: Surface = {
  defaultPrefix: '/whatsapp/api',
  controllers: [MessagingSendController, MessagingOverviewController, MessagingBlocksController],
  takesUntypedJson: true,
  filter: MessagingExceptionFilter,
  documentation,
};
