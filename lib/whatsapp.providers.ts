import { type InjectionToken, type LoggerService, Logger, type Provider } from '@nestjs/common';
import { AccountCredentials } from './accounts/account-credentials.js';
import { AccountRegistry } from './accounts/account-registry.js';
import { AccountSync } from './accounts/account-sync.js';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts/accounts.options.js';
import { AddedAccounts } from './accounts/added-accounts.js';
import { AccountsService } from './accounts/accounts.service.js';
import { PhoneNumbers } from './accounts/phone-numbers.js';
import { PrimaryPhoneNumbers } from './accounts/primary-phone-numbers.js';
import { API_KEY_OPTIONS, type ApiKeyOptions, resolveApiKeyOptions } from './auth/api-key.options.js';
import { authProviders } from './auth/auth.providers.js';
import { installationIdProvider } from './database/installation-id.provider.js';
import { RowIds } from './database/row-ids.js';
import { GraphApiClient } from './graph/graph-api.client.js';
import { GRAPH_API_CLIENT_OPTIONS, type GraphApiClientOptions, graphApiSettings } from './graph/graph-api.options.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { IdempotentSends } from './messages/idempotent-sends.js';
import { LapsedMessages } from './messages/lapsed-messages.js';
import { MessageSender } from './messages/message-sender.js';
import { MessageStore } from './messages/message-store.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages/messages.options.js';
import { MessagesService } from './messages/messages.service.js';
import { MessagingQuota } from './messages/messaging-quota.js';
import { TemplateMessages } from './messages/template-messages.js';
import { META_REFRESH_OPTIONS, MetaRefresh, type MetaRefreshOptions } from './templates/meta-refresh.js';
import { TemplateAuthoring } from './templates/template-authoring.js';
import { TemplateFinder } from './templates/template-finder.js';
import { TemplateStore } from './templates/template-store.js';
import { TemplateSync } from './templates/template-sync.js';
import { TemplatesService } from './templates/templates.service.js';
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
  option<GraphApiClientOptions>(GRAPH_API_CLIENT_OPTIONS, ({ graph }) => graph ?? {}),
  option<ApiKeyOptions>(API_KEY_OPTIONS, ({ apiKeys }) => resolveApiKeyOptions(apiKeys)),
  option<AccountsOptions>(ACCOUNTS_OPTIONS, ({ accounts = [], encryptionKeys = [] }) => ({ accounts, encryptionKeys })),
  option<MetaRefreshOptions>(META_REFRESH_OPTIONS, ({ refreshInterval = 6 * HOUR_MS }) => ({ refreshInterval })),
  option<MessagesOptions>(MESSAGES_OPTIONS, ({ graph, defaultCountry, unconfirmedAfter = 10 * MINUTE_MS }) => {
    const { connectTimeout, responseTimeout } = graphApiSettings(graph ?? {});
    // A request may wait as long for a free connection as for its answer.
    return { defaultCountry, unconfirmedAfter, callTimeout: connectTimeout + 2 * responseTimeout };
  }),
];

const SILENT: LoggerService = { log: () => {}, error: () => {}, warn: () => {} };

/** What the host may inject. */
export const publicServices = [MessagesService, TemplatesService, AccountsService, WorkspacesService];

export const whatsappProviders: Provider[] = [
  ...optionProviders,
  ...publicServices,
  ...authProviders,
  installationIdProvider,
  RowIds,
  GraphApiClient,
  AccountCredentials,
  AccountRegistry,
  AccountSync,
  AddedAccounts,
  PhoneNumbers,
  PrimaryPhoneNumbers,
  TemplateAuthoring,
  TemplateFinder,
  TemplateStore,
  TemplateSync,
  MetaRefresh,
  MessageStore,
  MessageSender,
  IdempotentSends,
  TemplateMessages,
  MessagingQuota,
  LapsedMessages,
];
