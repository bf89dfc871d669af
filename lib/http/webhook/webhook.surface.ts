import type { Surface } from '../surface.js';
import { webhookDocumentation } from './webhook.documentation.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookExceptionFilter } from './webhook-exception.filter.js';

/** What Meta calls. Who calls is told by the signature of each body, and by no key. */
export const webhookSurface: Surface = {
  defaultPrefix: '/whatsapp/webhook',
  guards: [],
  controllers: [WebhookController],
  filter: WebhookExceptionFilter,
  documentation: webhookDocumentation,
};
