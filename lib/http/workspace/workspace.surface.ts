import type { Surface } from '../surface.js';
import { categoryControllers } from './contacts/categories.controller.js';
import { ContactsController } from './contacts/contacts.controller.js';
import { MediaMessagesController } from './media-messages/media-messages.controller.js';
import { MessageStatusController } from './messages/message-status.controller.js';
import { SendMessageController } from './messages/send-message.controller.js';
import { PhoneValidationController } from './phone/phone-validation.controller.js';
import { SubdomainGuard } from './subdomain.guard.js';
import { TemplateMessagesController } from './template-messages/template-messages.controller.js';
import { TemplatesController } from './templates/templates.controller.js';
import { workspaceDocumentation } from './workspace.documentation.js';
import { WorkspaceExceptionFilter } from './workspace-exception.filter.js';

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
