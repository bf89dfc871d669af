import type { Provider } from '@nestjs/common';
import { AccountsService } from './accounts/accounts.service.js';
import { authProviders } from './auth/auth.providers.js';
import { pacingProviders } from './pacing/pacing.providers.js';
import { bulkProviders } from './bulk/bulk.providers.js';
import { BulkService } from './bulk/bulk.service.js';
import { callbackProviders } from './callbacks/callbacks.providers.js';
import { CallbacksService } from './callbacks/callbacks.service.js';
import { contactProviders } from './contacts/contacts.providers.js';
import {
  ContactGroupsService,
  ContactSourcesService,
  ContactStatusesService,
} from './contacts/contact-categories.service.js';
import { ContactsService } from './contacts/contacts.service.js';
import { conversationProviders } from './conversations/conversations.providers.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { OutageLog } from './store/outage-log.js';
import { RowIds } from './store/row-ids.js';
import { GraphApiClient } from './graph/graph-api.client.js';
import { mediaProviders } from './media/media.providers.js';
import { MediaService } from './media/media.service.js';
import { MessagesService } from './messages/messages.service.js';
import { WhatsAppHealth } from './observability/health/whatsapp-health.js';
import { WhatsAppHealthIndicator } from './observability/health/whatsapp-health.indicator.js';
import { WhatsAppMetrics } from './observability/metrics/whatsapp-metrics.js';
import { observabilityProviders } from './observability/observability.providers.js';
import { processProviders } from './process/processes.providers.js';
import { TemplatesService } from './templates/templates.service.js';
import { inboundProviders } from './webhooks/messages/inbound.providers.js';
import { statusProviders } from './webhooks/statuses/statuses.providers.js';
import { eventProviders } from './webhooks/events/events.providers.js';
import { fieldProviders } from './webhooks/fields/fields.providers.js';
import { webhookProviders } from './webhooks/webhooks.providers.js';
import { WebhooksService } from './webhooks/webhooks.service.js';
import { WorkspacesService } from './accounts/workspaces.service.js';
import { accountProviders } from './accounts/accounts.providers.js';
import { templateProviders } from './templates/templates.providers.js';
import { messageProviders } from './messages/messages.providers.js';
import { httpProviders } from './http/http.providers.js';
import { optionProviders } from './whatsapp.option-providers.js';

/** What the host may inject. */
export const publicServices = [
  MessagesService,
  BulkService,
  TemplatesService,
  AccountsService,
  WorkspacesService,
  WebhooksService,
  ConversationsService,
  ContactsService,
  ContactGroupsService,
  ContactStatusesService,
  ContactSourcesService,
  MediaService,
  CallbacksService,
  WhatsAppHealth,
  WhatsAppHealthIndicator,
  WhatsAppMetrics,
];

export const whatsappProviders: Provider[] = [
  ...optionProviders,
  ...publicServices,
  ...authProviders,
  ...bulkProviders,
  ...webhookProviders,
  ...eventProviders,
  ...fieldProviders,
  ...statusProviders,
  ...callbackProviders,
  ...contactProviders,
  ...conversationProviders,
  ...httpProviders,
  ...inboundProviders,
  ...mediaProviders,
  ...observabilityProviders,
  OutageLog,
  RowIds,
  ...pacingProviders,
  ...processProviders,
  GraphApiClient,
  ...accountProviders,
  ...templateProviders,
  ...messageProviders,
];
