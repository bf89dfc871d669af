import { type InjectionToken, type LoggerService, Logger, type Provider } from '@nestjs/common';
import { AccountCredentials } from './accounts/account-credentials.js';
import { AccountRegistry } from './accounts/account-registry.js';
import { AccountSync } from './accounts/account-sync.js';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts/accounts.options.js';
import { AddedAccounts } from './accounts/added-accounts.js';
import { AccountsService } from './accounts/accounts.service.js';
import { KnownAppSecrets } from './accounts/known-app-secrets.js';
import { PhoneNumbers } from './accounts/phone-numbers.js';
import { PrimaryPhoneNumbers } from './accounts/primary-phone-numbers.js';
import { SendingHealth } from './accounts/sending-health.js';
import { SendingPauses } from './accounts/sending-pauses.js';
import { API_KEY_OPTIONS, type ApiKeyOptions, resolveApiKeyOptions } from './auth/api-key.options.js';
import { authProviders } from './auth/auth.providers.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk/bulk.options.js';
import { bulkProviders } from './bulk/bulk.providers.js';
import { BulkService } from './bulk/bulk.service.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from './contacts/contacts.options.js';
import { contactProviders } from './contacts/contacts.providers.js';
import { ContactsService } from './contacts/contacts.service.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations/conversations.options.js';
import { conversationProviders } from './conversations/conversations.providers.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { RowIds } from './database/row-ids.js';
import { GraphApiClient } from './graph/graph-api.client.js';
import { GRAPH_API_CLIENT_OPTIONS, type GraphApiClientOptions, graphApiSettings } from './graph/graph-api.options.js';
import { ConversationTemplates } from './http/conversations/conversation-templates.js';
import {
  CONVERSATIONS_HTTP_OPTIONS,
  type ConversationsHttpOptions,
} from './http/conversations/conversations-http.options.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from './http/meta-templates/bulk-sends/bulk-http.options.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { MEDIA_OPTIONS, type MediaOptions } from './media/media.options.js';
import { mediaProviders } from './media/media.providers.js';
import { MediaService } from './media/media.service.js';
import { ContactSessions } from './messages/contact-sessions.js';
import { ErasedMessages } from './messages/erased-messages.js';
import { ExpiredContents } from './messages/expired-contents.js';
import { FreeFormMessages } from './messages/free-form-messages.js';
import { IdempotentSends } from './messages/idempotent-sends.js';
import { LapsedMessages } from './messages/lapsed-messages.js';
import { MessageCall } from './messages/message-call.js';
import { MessageSender } from './messages/message-sender.js';
import { MessageStore } from './messages/message-store.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages/messages.options.js';
import { MessagesService } from './messages/messages.service.js';
import { ReadReceipts } from './messages/read-receipts.js';
import { RecipientBudget } from './messages/recipient-budget.js';
import { SinglePace } from './messages/single-pace.js';
import { ServiceWindows } from './messages/service-windows.js';
import { TemplateMessages } from './messages/template-messages.js';
import { PROCESS_OPTIONS, type ProcessOptions } from './processes/processes.options.js';
import { processProviders } from './processes/processes.providers.js';
import { RETENTION_OPTIONS, type RetentionOptions } from './processes/retention.options.js';
import { META_REFRESH_OPTIONS, MetaRefresh, type MetaRefreshOptions } from './templates/meta-refresh.js';
import { TemplateAuthoring } from './templates/template-authoring.js';
import { TemplateFinder } from './templates/template-finder.js';
import { TemplateStore } from './templates/template-store.js';
import { TemplateSync } from './templates/template-sync.js';
import { TemplatesService } from './templates/templates.service.js';
import { INBOUND_OPTIONS, type InboundOptions } from './webhooks/messages/inbound.options.js';
import { inboundProviders } from './webhooks/messages/inbound.providers.js';
import { statusProviders } from './webhooks/statuses/statuses.providers.js';
import { WEBHOOK_OPTIONS, type WebhookOptions } from './webhooks/webhook.options.js';
import { eventProviders } from './webhooks/events/events.providers.js';
import { fieldProviders } from './webhooks/fields/fields.providers.js';
import { webhookProviders } from './webhooks/webhooks.providers.js';
import { WebhooksService } from './webhooks/webhooks.service.js';
import { MODULE_OPTIONS_TOKEN } from './whatsapp.module-definition.js';
import type { WhatsAppModuleOptions } from './whatsapp.options.js';
import { assertOptions } from './whatsapp.options-check.js';
import { WorkspacesService } from './workspaces/workspaces.service.js';

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;

const CHECKED_OPTIONS = Symbol('CHECKED_OPTIONS');

/** Hands each room its part of the options, so that no room knows the whole. */
function option<T>(provide: InjectionToken<T>, part: (options: WhatsAppModuleOptions) => T): Provider<T> {
  return { provide, inject: [CHECKED_OPTIONS], useFactory: part };
}

const optionProviders: Provider[] = [
  {
    provide: CHECKED_OPTIONS,
    inject: [MODULE_OPTIONS_TOKEN],
    useFactory: (options: WhatsAppModuleOptions): WhatsAppModuleOptions => {
      assertOptions(options);
      return options;
    },
  },
  option<LoggerService>(WHATSAPP_LOGGER, ({ logger }) =>
    logger === false ? SILENT : (logger ?? new Logger('WhatsApp')),
  ),
  option<ProcessOptions>(PROCESS_OPTIONS, ({ workers = true }) => ({ isWorker: workers })),
  option<GraphApiClientOptions>(GRAPH_API_CLIENT_OPTIONS, ({ graph }) => graph ?? {}),
  option<BulkHttpOptions>(BULK_HTTP_OPTIONS, ({ maxRecipients }) => ({
    maxRecipients: { json: maxRecipients?.json ?? 100_000, stream: maxRecipients?.stream ?? 1_000_000 },
  })),
  option<WebhookOptions | undefined>(WEBHOOK_OPTIONS, ({ webhook }) => webhook),
  option<MediaOptions>(MEDIA_OPTIONS, ({ mediaUrls = 'public' }) => ({ mediaUrls })),
  option<ApiKeyOptions>(API_KEY_OPTIONS, ({ apiKeys }) => resolveApiKeyOptions(apiKeys)),
  option<AccountsOptions>(ACCOUNTS_OPTIONS, ({ accounts = [], encryptionKeys = [] }) => ({ accounts, encryptionKeys })),
  option<MetaRefreshOptions>(META_REFRESH_OPTIONS, ({ refreshInterval = 6 * HOUR_MS }) => ({ refreshInterval })),
  option<ConversationsOptions>(CONVERSATIONS_OPTIONS, ({ defaultCountry, serviceWindow = 'meta' }) => ({
    defaultCountry,
    serviceWindow,
  })),
  option<ConversationsHttpOptions>(CONVERSATIONS_HTTP_OPTIONS, ({ defaultLanguage = 'es' }) => ({ defaultLanguage })),
  option<InboundOptions>(INBOUND_OPTIONS, ({ optOutWords = [], messagesPerSecond }) => ({
    optOutWords,
    messagesPerSecond,
  })),
  option<RetentionOptions>(RETENTION_OPTIONS, ({ retention }) => retention ?? {}),
  option<ContactsOptions>(CONTACTS_OPTIONS, ({ defaultCountry }) => ({ defaultCountry })),
  option<MessagesOptions>(MESSAGES_OPTIONS, ({ defaultCountry, messagesPerSecond, ...options }) => ({
    defaultCountry,
    messagesPerSecond,
    ...callTimes(options),
  })),
  option<BulkOptions>(BULK_OPTIONS, ({ messagesPerSecond, workers = true, pauseAfterFailures = 50, ...options }) => ({
    messagesPerSecond,
    workers,
    pauseAfterFailures,
    concurrency: graphApiSettings(options.graph ?? {}).maxConnections,
    ...callTimes(options),
  })),
];

function callTimes({ graph, unconfirmedAfter = 10 * MINUTE_MS }: WhatsAppModuleOptions) {
  const { connectTimeout, responseTimeout } = graphApiSettings(graph ?? {});
  // A request may wait as long for a free connection as for its answer.
  return { unconfirmedAfter, callTimeout: connectTimeout + 2 * responseTimeout };
}

const SILENT: LoggerService = { log: () => {}, error: () => {}, warn: () => {} };

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
  MediaService,
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
  ...contactProviders,
  ...conversationProviders,
  ConversationTemplates,
  ...inboundProviders,
  ...mediaProviders,
  RowIds,
  ...processProviders,
  GraphApiClient,
  AccountCredentials,
  AccountRegistry,
  AccountSync,
  AddedAccounts,
  KnownAppSecrets,
  PhoneNumbers,
  PrimaryPhoneNumbers,
  SendingPauses,
  SendingHealth,
  TemplateAuthoring,
  TemplateFinder,
  TemplateStore,
  TemplateSync,
  MetaRefresh,
  MessageStore,
  MessageCall,
  MessageSender,
  IdempotentSends,
  TemplateMessages,
  FreeFormMessages,
  ReadReceipts,
  RecipientBudget,
  ContactSessions,
  ErasedMessages,
  ExpiredContents,
  ServiceWindows,
  SinglePace,
  LapsedMessages,
];
