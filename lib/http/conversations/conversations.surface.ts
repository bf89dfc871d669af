import type { Surface } from '../surface.js';
import { conversationsDocumentation } from './conversations.documentation.js';
import { ConversationsController } from './conversations.controller.js';
import { ConversationsExceptionFilter } from './conversations-exception.filter.js';
import { SendController } from './send.controller.js';
import { SendTemplateController } from './send-template.controller.js';

/** Ambiosys's API: an inbox, and what is sent from it. */
export const conversationsSurface: Surface = {
  defaultPrefix: '/api/whatsapp',
  controllers: [SendController, SendTemplateController, ConversationsController],
  filter: ConversationsExceptionFilter,
  documentation: conversationsDocumentation,
};
