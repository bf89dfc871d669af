import { NotFoundError } from '../../errors.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsExceptionFilter, ErrorAnswer } from './conversations-exception.filter.js';
import { SendController } from './send.controller.js';
import { SendTemplateController } from './send-template.controller.js';
import { ConversationsTemplatesController } from './templates.controller.js';

const documentation: SurfaceDocumentation = {
  tag: 'Conversations',
  refusal: ErrorAnswer,
  refusals: [
    {
      description:
        'The request is not valid (`VALIDATION_ERROR`), or the template cannot be sent (`TEMPLATE_NOT_APPROVED`).',
      error: exampleErrors.invalidRequest,
    },
    { description: 'There is no valid API key (`UNAUTHENTICATED`).', error: exampleErrors.unauthenticated },
    { description: 'The API key lacks the ability (`FORBIDDEN`).', error: exampleErrors.lacksAbility },
    {
      description: 'Not found: `CONVERSATION_NOT_FOUND`, `TEMPLATE_NOT_FOUND` or `PHONE_NUMBER_NOT_FOUND`.',
      error: new NotFoundError('CONVERSATION_NOT_FOUND', 'There is no conversation 45.'),
    },
    {
      description:
        'The present state forbids it: `IDEMPOTENCY_CONFLICT`, `MESSAGE_ERASED`, `SERVICE_WINDOW_CLOSED`, `RECIPIENT_OPTED_OUT`, `RECIPIENT_BLOCKED` or `BUDGET_EXCEEDED`.',
      error: exampleErrors.blocked,
    },
    {
      description: 'The body is larger than the host allows (`BODY_TOO_LARGE`).',
      error: exampleErrors.bodyTooLarge,
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

/** Ambiosys's API: an inbox, and sends from it. */
export const conversationsSurface: Surface = {
  defaultPrefix: '/api/whatsapp',
  controllers: [SendController, SendTemplateController, ConversationsTemplatesController, ConversationsController],
  filter: ConversationsExceptionFilter,
  documentation,
};
