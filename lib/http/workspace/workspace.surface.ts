import { NotFoundError } from '../../errors.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { string } from '../openapi/schema.js';
import type { Surface, SurfaceDocumentation } from '../surface/surface.js';
import { categoryControllers } from './contacts/categories.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { failureTextOf } from './fails-as.decorator.js';
import { MediaMessagesController } from './media-messages/media-messages.controller.js';
import { MessageStatusController } from './messages/message-status.controller.js';
import { SendMessageController } from './messages/send-message.controller.js';
import { PhoneValidationController } from './phone/phone-validation.controller.js';
import { SubdomainError, SubdomainGuard } from './subdomain.guard.js';
import { TemplateMessagesController } from './template-messages/template-messages.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { ErrorAnswer, RateLimitAnswer, WorkspaceExceptionFilter } from './workspace-exception.filter.js';

const documentation: SurfaceDocumentation = {
  tag: 'Workspace',
  // Another workspace's subdomain.
  everywhere: [400],
  params: {
    subdomain: { description: 'Name of the workspace that the key belongs to.', schema: string({ example: 'acme' }) },
  },
  refusal: ErrorAnswer,
  refusals: [
    {
      description:
        'The subdomain is not that of the key’s workspace; or the body cannot be read, then by field as 422.',
      error: new SubdomainError(),
    },
    { description: 'There is no key, or it is not valid.', error: exampleErrors.keyMissing },
    { description: 'The key lacks the ability.', error: exampleErrors.lacksAbility },
    {
      description:
        'The workspace has nothing of that name or id; or Meta has no such template, then with what Meta said.',
      error: new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no such template.'),
    },
    {
      description:
        'The `Idempotency-Key` is in use, belongs to another body or to a person who was erased since; or the person may not be sent to.',
      error: exampleErrors.keyUsed,
    },
    { description: 'The body is too large.', error: exampleErrors.bodyTooLarge },
    {
      description:
        'Fields are wrong; all of them are named. Where Meta refused a template or its values, with what Meta said.',
      error: exampleErrors.invalidRequest,
    },
    {
      description: 'Too many requests, of the key or at Meta. `Retry-After` has the seconds to wait, too.',
      error: exampleErrors.rateLimited,
      type: RateLimitAnswer,
    },
    {
      description: 'It failed. Where Meta refused it, with what Meta said.',
      error: ({ handler }) => (failureTextOf(handler) === undefined ? exampleErrors.internal : exampleErrors.refused),
    },
    {
      description: 'Meta did not report the outcome. It is not sent again by itself; look it up later.',
      error: exampleErrors.unknown,
    },
  ],
};

/** Xobito's API: messages, templates and contacts of one workspace, which the path names. */
export const workspaceSurface: Surface = {
  defaultPrefix: '/api/v1/:subdomain',
  controllers: [
    SendMessageController,
    TemplateMessagesController,
    MediaMessagesController,
    MessageStatusController,
    PhoneValidationController,
    TemplatesController,
    ContactsController,
    ...categoryControllers,
  ],
  rules: [SubdomainGuard],
  rateLimit: 60,
  filter: WorkspaceExceptionFilter,
  documentation,
};
