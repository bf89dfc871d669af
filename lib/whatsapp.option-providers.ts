import {
  type InjectionToken,
  type LoggerService,
  Logger,
  type Provider,
  ConfigurableModuleBuilder,
} from '@nestjs/common';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts/accounts.options.js';
import { SENDING_OUTAGE_OPTIONS, type SendingOutageOptions } from './accounts/sending-outages.js';
import { API_KEY_OPTIONS, type WhatsAppApiKeyOptions, resolveApiKeyOptions } from './auth/api-key.options.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk/bulk.options.js';
import {
  CALLBACK_OPTIONS,
  type CallbackOptions,
  DEFAULT_CALLBACK_RETRY_DELAYS,
  DEFAULT_CALLBACK_TIMEOUT,
} from './callbacks/callbacks.options.js';
import { CONTACTS_OPTIONS, type ContactsOptions } from './contacts/contacts.inputs.js';
import { CONVERSATIONS_OPTIONS, type ConversationsOptions } from './conversations/conversations.inputs.js';
import { COSTS_OPTIONS, type CostsOptions, readCosts } from './costs/costs.options.js';
import { GRAPH_API_CLIENT_OPTIONS, type GraphApiClientOptions, graphApiSettings } from './graph/graph-api.options.js';
import {
  CONVERSATIONS_HTTP_OPTIONS,
  type ConversationsHttpOptions,
} from './http/conversations/send-template.controller.js';
import { BULK_HTTP_OPTIONS, type BulkHttpOptions } from './http/meta-templates/bulk-sends/bulk-http.options.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { MEDIA_OPTIONS, type MediaOptions } from './media/remote-files.js';
import { MOST_CALLS } from './messages/call-gate.js';
import { settingsFrom } from './messages/marketing-routes.js';
import { EXPIRY_MARGIN } from './messages/message-repository.js';
import { MESSAGES_OPTIONS, type MessagesOptions } from './messages/messages.options.js';
import {
  METRICS_OPTIONS,
  type WhatsAppMetricsOptions,
  resolveMetricsOptions,
} from './observability/metrics/metrics.options.js';
import { PROCESS_OPTIONS, type ProcessOptions } from './process/this-process.js';
import { RETENTION_OPTIONS, type RetentionOptions } from './process/retention.js';
import { META_REFRESH_OPTIONS, type MetaRefreshOptions } from './templates/meta-refresh.js';
import { INBOUND_OPTIONS, type InboundOptions } from './webhooks/messages/receiving-numbers.js';
import { WEBHOOK_OPTIONS, type WhatsAppWebhookOptions } from './webhooks/webhooks.service.js';
import type { WhatsAppModuleExtras } from './whatsapp.extras.js';
import { assertOptions, type WhatsAppModuleOptions } from './whatsapp.options.js';

const extras: WhatsAppModuleExtras = {
  isGlobal: false,
  surfaces: {},
  dataSource: undefined,
  queue: 'in-process',
  events: {},
  imports: [],
};

export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<WhatsAppModuleOptions>({ moduleName: 'WhatsApp' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createWhatsAppOptions')
    .setExtras(extras, (definition) => definition)
    .build();

const HOUR_MS = 60 * 60 * 1000;
const MINUTE_MS = 60 * 1000;
const CALLBACK_DELIVERIES_LIFETIME = 7 * 24 * HOUR_MS;

/** Twice as long each time; of an hour's outage, about seventy messages are in doubt. */
const DEFAULT_TRIAL_DELAYS = [1, 2, 4, 8, 16, 32, 60].map((seconds) => seconds * 1_000);

const CHECKED_OPTIONS = Symbol('CHECKED_OPTIONS');

/** Hands each room its part of the options, so that no room knows the whole. */
function option<T>(provide: InjectionToken<T>, part: (options: WhatsAppModuleOptions) => T): Provider<T> {
  return { provide, inject: [CHECKED_OPTIONS], useFactory: part };
}

/** Each room's part of the options, under its own token. */
export const optionProviders: Provider[] = [
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
  option<WhatsAppWebhookOptions | undefined>(WEBHOOK_OPTIONS, ({ webhook }) => webhook),
  option<MediaOptions>(MEDIA_OPTIONS, ({ mediaUrls = 'public' }) => ({ mediaUrls })),
  option<WhatsAppApiKeyOptions>(API_KEY_OPTIONS, ({ apiKeys }) => resolveApiKeyOptions(apiKeys)),
  option<AccountsOptions>(ACCOUNTS_OPTIONS, ({ accounts = [], workspaces, encryptionKeys = [] }) => ({
    accounts,
    workspaces,
    encryptionKeys,
  })),
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
  option<WhatsAppMetricsOptions | undefined>(METRICS_OPTIONS, ({ metrics }) => resolveMetricsOptions(metrics)),
  option<CallbackOptions>(
    CALLBACK_OPTIONS,
    ({ callbackUrls, callbackTimeout, callbackRetryDelays, encryptionKeys }) => ({
      callbackUrls: callbackUrls ?? 'public',
      callbackTimeout: callbackTimeout ?? DEFAULT_CALLBACK_TIMEOUT,
      callbackRetryDelays: callbackRetryDelays ?? DEFAULT_CALLBACK_RETRY_DELAYS,
      encryptionKeys: encryptionKeys ?? [],
    }),
  ),
  option<RetentionOptions>(RETENTION_OPTIONS, ({ retention }) => ({
    ...retention,
    callbackDeliveries: retention?.callbackDeliveries ?? CALLBACK_DELIVERIES_LIFETIME,
  })),
  option<ContactsOptions>(CONTACTS_OPTIONS, ({ defaultCountry }) => ({ defaultCountry })),
  option<SendingOutageOptions>(SENDING_OUTAGE_OPTIONS, ({ pauseAfterUnknown, trialDelays, ...options }) => ({
    pauseAfterUnknown: pauseAfterUnknown ?? 10,
    trialDelays: trialDelays ?? DEFAULT_TRIAL_DELAYS,
    trialTimeout: callTimes(options).callTimeout + EXPIRY_MARGIN,
  })),
  option<number>(MOST_CALLS, ({ graph }) => graphApiSettings(graph ?? {}).maxConnections),
  option<MessagesOptions>(MESSAGES_OPTIONS, ({ defaultCountry, messagesPerSecond, encryptionKeys, ...options }) => ({
    defaultCountry,
    messagesPerSecond,
    marketing: settingsFrom(options, {}),
    encryptionKeys: encryptionKeys ?? [],
    ...callTimes(options),
  })),
  option<CostsOptions>(COSTS_OPTIONS, ({ costs }) => readCosts(costs)),
  option<BulkOptions>(BULK_OPTIONS, ({ messagesPerSecond, workers = true, pauseAfterFailures = 50, ...options }) => ({
    messagesPerSecond,
    marketing: settingsFrom(options, {}),
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
