import type { Surface } from '../surface.js';
import { MessagingBlocksController } from './blocks.controller.js';
import { messagingDocumentation } from './messaging.documentation.js';
import { MessagingExceptionFilter } from './messaging-exception.filter.js';
import { MessagingOverviewController } from './overview.controller.js';
import { MessagingSendController } from './send.controller.js';

/** The API of django-meta-whatsapp: texts, locations and templates to one person, chats and blocks. */
export const messagingSurface: Surface = {
  defaultPrefix: '/whatsapp/api',
  controllers: [MessagingSendController, MessagingOverviewController, MessagingBlocksController],
  takesUntypedJson: true,
  filter: MessagingExceptionFilter,
  documentation: messagingDocumentation,
};
