import type { Surface, SurfaceDocumentation } from '../surface.js';
import { categoryControllers } from './contacts/categories.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { MediaMessagesController } from './media-messages/media-messages.controller.js';
import { MessageStatusController } from './messages/message-status.controller.js';
import { SendMessageController } from './messages/send-message.controller.js';
import { PhoneValidationController } from './phone/phone-validation.controller.js';
import { SubdomainGuard, SubdomainError } from './subdomain.guard.js';
import { TemplateMessagesController } from './template-messages/template-messages.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { WorkspaceExceptionFilter, presentError } from './workspace-exception.filter.js';
import { NotFoundError } from '../../errors.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { describeError } from '../described-error.js';
import { exampleErrors } from '../openapi/example-errors.js';
import type { AnswerDescription } from '../openapi/operation.js';
import { array, integer, nullable, object, oneOf, type Schema, string } from '../openapi/schema.js';
import { wordError } from './error-words.js';

/** The message of calls that fail: here, of those that send messages. */
const FAILURE = 'Failed to send message';

const FIELDS = { status: oneOf('error'), message: string() };

const META = object({
  code: nullable(integer()),
  message: string(),
  details: nullable(string()),
  fbtrace_id: nullable(string()),
});

const MESSAGE_ID = integer({ description: 'The row of the message, by which it can be looked up.' });

function answer(description: string, schema: Schema, error: Error): AnswerDescription {
  return { description, json: { schema, example: exampleOf(error) } };
}

const exampleOf = (error: Error): object => presentError(wordError(describeError(error), error, FAILURE));

/** What API documents tell of the surface `workspace`. */
const workspaceDocumentation: SurfaceDocumentation = {
  tag: 'Workspace',
  // Another workspace's subdomain.
  everywhere: [400],
  params: {
    subdomain: { description: 'Name of the workspace that the key belongs to.', schema: string({ example: 'acme' }) },
  },
  errors: {
    400: answer(
      'The subdomain is not that of the key’s workspace; or the body cannot be read, then by field as 422.',
      object({ ...FIELDS, errors: { oneOf: [string(), errorsByField()] } }),
      new SubdomainError(),
    ),
    401: answer('There is no key, or it is not valid.', object(FIELDS), exampleErrors.keyMissing),
    403: answer('The key lacks the ability.', object(FIELDS), exampleErrors.forbidden),
    404: answer(
      'The workspace has nothing of that name or id; or Meta has no such template, then with what Meta said.',
      object(FIELDS, { code: string(), meta: META, message_id: MESSAGE_ID }),
      new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no such template.'),
    ),
    409: answer(
      'The `Idempotency-Key` is in use, belongs to another body or to a person who was erased since; or the person may not be sent to.',
      object({ ...FIELDS, code: string() }),
      exampleErrors.keyUsed,
    ),
    413: answer('The body is too large.', object(FIELDS), exampleErrors.bodyTooLarge),
    422: answer(
      'Fields are wrong; all of them are named. Where Meta refused a template or its values, with what Meta said.',
      object({ ...FIELDS, errors: errorsByField() }, { code: string(), meta: META, message_id: MESSAGE_ID }),
      new TemplateNotApprovedError('order_shipped', 'PAUSED'),
    ),
    429: {
      description: 'Too many requests, of the key or at Meta. `Retry-After` tells the seconds to wait, too.',
      json: {
        schema: object({ message: string(), retry_after: integer({ minimum: 1 }) }),
        example: exampleOf(exampleErrors.rateLimited),
      },
    },
    500: answer(
      'It failed. Where Meta refused it, with what Meta said.',
      object(FIELDS, { code: string(), meta: META, message_id: MESSAGE_ID }),
      exampleErrors.refused,
    ),
    504: answer(
      'Meta never told what became of it. It is not sent again by itself; look it up later.',
      object({ ...FIELDS, code: string() }, { message_id: MESSAGE_ID }),
      exampleErrors.unknown,
    ),
  },
};

function errorsByField(): Schema {
  return { type: 'object', additionalProperties: array(string()), description: 'Problems by field.' };
}

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
  documentation: workspaceDocumentation,
};
