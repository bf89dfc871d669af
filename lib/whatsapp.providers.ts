import type { Provider, LoggerService } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { AccountsService } from './accounts/accounts.service.js';
import { UsernameRows, UsernamesService } from './accounts/usernames.service.js';
import { BulkService, bulkReadProviders } from './bulk/bulk.service.js';
import { CostsService, costsProviders } from './costs/costs.service.js';
import { CallbacksService } from './callbacks/callbacks.service.js';
import {
  ContactGroupsService,
  ContactSourcesService,
  ContactStatusesService,
} from './contacts/contact-categories.service.js';
import { ContactsService, contactsProviders } from './contacts/contacts.service.js';
import { ConversationsService } from './conversations/conversations.service.js';
import { Facts } from './store/facts.js';
import { OutageLog } from './store/outage-log.js';
import { RowIds } from './store/row-ids.js';
import { GraphApiClient } from './graph/graph-api.client.js';
import { MediaService, MediaDownload } from './media/media.service.js';
import { MessagesService, ReadReceipts } from './messages/messages.service.js';
import { WhatsAppHealth } from './observability/health/whatsapp-health.js';
import { WhatsAppHealthIndicator } from './observability/health/whatsapp-health.indicator.js';
import { WhatsAppMetrics } from './observability/metrics/whatsapp-metrics.js';
import { TemplatesService } from './templates/templates.service.js';
import { WebhooksService, RefusalLog } from './webhooks/webhooks.service.js';
import { WorkspacesService } from './accounts/workspaces.service.js';
import { optionProviders } from './whatsapp.option-providers.js';
import { ApiKeyRegistration } from './auth/api-key-registration.js';
import { ApiKeyRows } from './auth/api-key-rows.js';
import { ApiKeyVerifier } from './auth/api-key-verifier.js';
import { ApiKeysService, ApiKeyUsage } from './auth/api-keys.service.js';
import { CallerStreams } from './auth/caller-streams.js';
import { AccountCredentials, KnownAppSecrets } from './accounts/account-credentials.js';
import { AccountRegistry, AddedAccounts } from './accounts/account-registry.js';
import { AccountSync } from './accounts/account-sync.js';
import { BusinessAccounts } from './accounts/business-accounts.js';
import { BusinessInfos } from './accounts/business-infos.js';
import { MarketingOnboarding } from './accounts/marketing-onboarding.js';
import { PhoneNumbers } from './accounts/phone-numbers.js';
import { PrimaryPhoneNumbers } from './accounts/primary-phone-numbers.js';
import { SendingOutages } from './accounts/sending-outages.js';
import { SendingPauses } from './accounts/sending-pauses.js';
import { SendingHealth } from './accounts/sending-health.js';
import { TemplateAuthoring } from './templates/template-authoring.js';
import { TemplateFinder } from './templates/template-finder.js';
import { TemplateStore } from './templates/template-store.js';
import { TemplateSync } from './templates/template-sync.js';
import { OutdatedTemplates } from './templates/outdated-templates.js';
import { MetaRefresh } from './templates/meta-refresh.js';
import { ConversationChanges } from './conversations/conversation-changes.js';
import { ConversationOpenings, ConversationRows, ExpiredWords } from './conversations/conversation-rows.js';
import { ConversationReads, ConversationHistory, ConversationLabels } from './conversations/conversation-reads.js';
import { ConversationSends } from './conversations/conversation-sends.js';
import { MessageTexts } from './conversations/conversation-progress.js';
import { MessageReads } from './messages/message-reads.js';
import { MessageRepository } from './messages/message-repository.js';
import { MessageCallbacks } from './messages/message-changes.js';
import { CallGate } from './messages/call-gate.js';
import { MessageCall } from './messages/message-call.js';
import { MessageSender, SinglePace } from './messages/message-sender.js';
import { IdempotentSends } from './messages/idempotent-sends.js';
import { TemplateMessages } from './messages/template-messages.js';
import { FreeFormMessages } from './messages/free-form-messages.js';
import { SendObstacles } from './messages/send-obstacles.js';
import { MessagingLimits } from './messages/messaging-limits.js';
import { MessagedContacts } from './messages/messaged-contacts.js';
import { PendingContents } from './messages/pending-content.js';
import { ServiceWindows, ContactSessions } from './messages/service-windows.js';
import { MessageMaintenance } from './messages/message-maintenance.js';
import { MediaUpload, StoredMedia } from './media/media-upload.js';
import { RemoteFiles } from './media/remote-files.js';
import { BudgetPauses } from './bulk/budget-pauses.js';
import { BulkAcceptor, EarlierAcceptances } from './bulk/accept/acceptor.js';
import { BulkDryRuns } from './bulk/accept/dry-runs.js';
import { RecipientRows } from './bulk/accept/recipient-rows.js';
import { BulkTargets } from './bulk/accept/target.js';
import { BulkControl, BulkRetries, CancelledMessages } from './bulk/control.js';
import { BulkChunks } from './bulk/dispatch/chunks.js';
import { BulkDispatcher, ChunkPlan } from './bulk/dispatch/dispatcher.js';
import { BulkForecast, NumberPace } from './bulk/forecast.js';
import { BulkLedger } from './bulk/ledger.js';
import { BULK_SEND_STEPS, BulkLifecycle } from './bulk/lifecycle.js';
import { BulkMaintenance, FreedLimits } from './bulk/maintenance.js';
import { RefusedMessages, RefusedRecipients } from './bulk/refused-recipients.js';
import { CallReactions } from './bulk/send/call-reactions.js';
import { ChunkSender, SliceClaimer } from './bulk/send/chunk-sender.js';
import { BulkOutcomes, OutcomeWriter, RetryUntilStored } from './bulk/send/outcome-writer.js';
import { PendingMessages } from './bulk/send/pending-messages.js';
import { SendableBulkSends } from './bulk/send/sendable-bulk-sends.js';
import { SliceSender } from './bulk/send/slice-sender.js';
import { Takeover, UnconfirmedMessages } from './bulk/takeover.js';
import { TemplatePauses } from './bulk/template-pauses.js';
import { CallbackDeliverer, ClaimedDeliveries } from './callbacks/callback-deliverer.js';
import { CallbackDeliveries } from './callbacks/callback-deliveries.js';
import { CallbackOutbox } from './callbacks/callback-outbox.js';
import { CallbackRequests } from './callbacks/callback-requests.js';
import { CallbackSecrets } from './callbacks/callback-secrets.js';
import { CallbackSettings } from './callbacks/callback-settings.js';
import { CallbackTargets } from './callbacks/callback-targets.js';
import { OverdueDeliveries, ExpiredDeliveries, ErasedDeliveries } from './callbacks/delivery-maintenance.js';
import { ErasedItems } from './webhooks/erased-items.js';
import { FailedItemRetries, FailedItems, ExpiredItems } from './webhooks/failed-items.js';
import { FieldUpdates } from './webhooks/fields/field-updates.js';
import { ItemApplication, WEBHOOK_APPLIERS, type WebhookAppliers } from './webhooks/item-application.js';
import { InboundMessages } from './webhooks/messages/inbound-messages.js';
import { StatusUpdates, StatusEvents, MessageFinder } from './webhooks/statuses/status-updates.js';
import { ConsentChanges } from './webhooks/consent-changes.js';
import { RefusedWebhooks } from './webhooks/refused-webhooks.js';
import { UnclaimedItems } from './webhooks/unclaimed-items.js';
import { WebhookArrivals } from './webhooks/webhook-arrivals.js';
import { WebhookSignatures, SignedItems } from './webhooks/webhook-signatures.js';
import { FailureReactions, MarketingOptOuts } from './webhooks/statuses/failure-reactions.js';
import { RecipientIdentities } from './webhooks/statuses/recipient-identities.js';
import { InboundRows, KnownMessages } from './webhooks/messages/inbound-rows.js';
import { ReceivingNumbers } from './webhooks/messages/receiving-numbers.js';
import { AccountUpdates } from './webhooks/fields/account-updates.js';
import { ConsentUpdates } from './webhooks/fields/consent-updates.js';
import { UserIdUpdates } from './webhooks/fields/user-id-updates.js';
import { MarketingActions } from './webhooks/fields/marketing-actions.js';
import { MetaRefetches } from './webhooks/fields/meta-refetches.js';
import { NumberUpdates, ReportedNumbers } from './webhooks/fields/phone-number-updates.js';
import { TemplateUpdates, ReportedTemplates } from './webhooks/fields/template-updates.js';
import { EventHandlers } from './webhooks/events/event-handlers.js';
import { QueuedEvents, EventRuns } from './webhooks/events/queued-events.js';
import { BulkSendEvents } from './webhooks/events/bulk-send-events.js';
import { LIVE_FEED } from './live-feed.js';
import { DatabaseLog } from './stream/database-log.js';
import { NewsDetails } from './stream/news-details.js';
import { RedisLog } from './stream/redis-log.js';
import { StreamHub } from './stream/stream-hub.js';
import { STREAM_LOG, type StreamLog } from './stream/stream-log.js';
import { StreamWriter } from './stream/stream-writer.js';
import { WhatsAppStream } from './stream/whatsapp-stream.js';
import { WHATSAPP_DATA_SOURCE } from './store/data-source.provider.js';
import { EVENTS_IDLE, WhatsAppEvents } from './webhooks/events/whatsapp-events.js';
import { METERS, type Meters, NO_METERS } from './meters.js';
import { ServerChecks, FailedTokens } from './observability/health/health-checks.js';
import { WebhookSilence } from './observability/health/webhook-silence.js';
import { METRICS_OPTIONS } from './observability/metrics/metrics.options.js';
import { ModuleGauges, NumberSamples, QueueSamples } from './observability/metrics/module-gauges.js';
import { MODULE_METRICS, type ModuleMetrics } from './observability/metrics/module-metrics.js';
import { openModuleMetrics } from './observability/metrics/open-module-metrics.js';
import { DeadProcesses } from './process/dead-processes.js';
import { MONOTONIC_CLOCK, type MonotonicClock, ThisProcess } from './process/this-process.js';
import { Retention } from './process/retention.js';
import { WHATSAPP_LOGGER } from './logger.js';
import { QUEUE_REDIS, type QueueRedis } from './queue/queue.js';
import { InMemoryPacer } from './pacing/ledger.pacer.js';
import { PACER } from './pacing/pacer.js';
import { RedisPacer } from './pacing/redis.pacer.js';
import { InMemoryRequestLimits, RedisRequestLimits, REQUEST_LIMITS } from './pacing/request-limits.js';
import { ConversationTemplates } from './http/conversations/conversation-templates.js';
import { MediaRequests } from './http/workspace/media-messages/media-requests.js';
import { TemplateRequests } from './http/workspace/template-messages/template-requests.js';
import { Uploads } from './http/workspace/uploads/uploads.js';

/** What the host may inject. */
export const publicServices = [
  MessagesService,
  BulkService,
  CostsService,
  TemplatesService,
  AccountsService,
  UsernamesService,
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
  WhatsAppStream,
];

/** What the module is made of, room by room; the queue's providers depend on its options, and come with them. */
export const whatsappProviders: Provider[] = [
  ...optionProviders,
  ...publicServices,
  // Store and graph
  Facts,
  OutageLog,
  RowIds,
  GraphApiClient,
  // The process
  { provide: MONOTONIC_CLOCK, useValue: (() => performance.now()) satisfies MonotonicClock },
  ThisProcess,
  DeadProcesses,
  Retention,
  // Accounts
  AccountCredentials,
  AccountRegistry,
  AccountSync,
  AddedAccounts,
  BusinessAccounts,
  BusinessInfos,
  KnownAppSecrets,
  MarketingOnboarding,
  PhoneNumbers,
  PrimaryPhoneNumbers,
  UsernameRows,
  SendingOutages,
  SendingPauses,
  SendingHealth,
  // Callbacks
  CallbackOutbox,
  CallbackSecrets,
  CallbackSettings,
  CallbackTargets,
  ClaimedDeliveries,
  CallbackRequests,
  OverdueDeliveries,
  CallbackDeliverer,
  CallbackDeliveries,
  ExpiredDeliveries,
  ErasedDeliveries,
  // Contacts
  ...contactsProviders,
  // Templates
  TemplateAuthoring,
  TemplateFinder,
  TemplateStore,
  TemplateSync,
  MetaRefresh,
  OutdatedTemplates,
  // Pace and request counts: in the Redis of the queue, if it has one, else of this process alone
  {
    provide: PACER,
    inject: [QUEUE_REDIS],
    useFactory: (redis: QueueRedis | undefined) =>
      redis ? new RedisPacer(redis.client, redis.prefix) : new InMemoryPacer(),
  },
  {
    provide: REQUEST_LIMITS,
    inject: [WHATSAPP_LOGGER, QUEUE_REDIS],
    useFactory: (logger: LoggerService, redis: QueueRedis | undefined) =>
      redis ? new RedisRequestLimits(redis.client, redis.prefix, logger) : new InMemoryRequestLimits(),
  },
  // Media
  MediaDownload,
  MediaUpload,
  RemoteFiles,
  StoredMedia,
  // Messages
  MessageRepository,
  MessageReads,
  MessageCall,
  CallGate,
  MessageCallbacks,
  MessageSender,
  IdempotentSends,
  TemplateMessages,
  FreeFormMessages,
  SendObstacles,
  ReadReceipts,
  MessagingLimits,
  ContactSessions,
  MessagedContacts,
  PendingContents,
  ServiceWindows,
  SinglePace,
  MessageMaintenance,
  // Costs
  ...costsProviders,
  ...bulkReadProviders,
  // Bulk sends
  BudgetPauses,
  BulkLedger,
  BulkLifecycle,
  TemplatePauses,
  BulkChunks,
  BulkControl,
  BulkRetries,
  BulkDispatcher,
  ChunkPlan,
  NumberPace,
  RefusedRecipients,
  BulkAcceptor,
  BulkDryRuns,
  BulkForecast,
  BulkTargets,
  EarlierAcceptances,
  RecipientRows,
  SliceClaimer,
  BulkOutcomes,
  OutcomeWriter,
  PendingMessages,
  RetryUntilStored,
  RefusedMessages,
  CallReactions,
  SendableBulkSends,
  SliceSender,
  ChunkSender,
  CancelledMessages,
  FreedLimits,
  Takeover,
  BulkMaintenance,
  UnconfirmedMessages,
  // Conversations
  ConversationLabels,
  ConversationChanges,
  ConversationHistory,
  ConversationOpenings,
  ConversationReads,
  ConversationRows,
  ConversationSends,
  ExpiredWords,
  MessageTexts,
  // Webhooks and events
  WebhookSignatures,
  SignedItems,
  WebhookArrivals,
  RefusedWebhooks,
  ItemApplication,
  FailedItems,
  FailedItemRetries,
  RefusalLog,
  ExpiredItems,
  ConsentChanges,
  ErasedItems,
  UnclaimedItems,
  {
    provide: WEBHOOK_APPLIERS,
    inject: [StatusUpdates, InboundMessages, FieldUpdates],
    useFactory: (status: StatusUpdates, message: InboundMessages, field: FieldUpdates): WebhookAppliers => ({
      status,
      message,
      field,
    }),
  },
  MessageFinder,
  RecipientIdentities,
  FailureReactions,
  MarketingOptOuts,
  StatusEvents,
  StatusUpdates,
  InboundMessages,
  InboundRows,
  KnownMessages,
  ReceivingNumbers,
  FieldUpdates,
  TemplateUpdates,
  NumberUpdates,
  AccountUpdates,
  ConsentUpdates,
  UserIdUpdates,
  MarketingActions,
  ReportedTemplates,
  ReportedNumbers,
  MetaRefetches,
  EventHandlers,
  EventRuns,
  QueuedEvents,
  WhatsAppEvents,
  { provide: EVENTS_IDLE, inject: [WhatsAppEvents], useFactory: (events: WhatsAppEvents) => () => events.idle() },
  BulkSendEvents,
  { provide: BULK_SEND_STEPS, useExisting: BulkSendEvents },
  // The stream of what happens
  NewsDetails,
  StreamHub,
  StreamWriter,
  { provide: LIVE_FEED, useExisting: StreamWriter },
  {
    provide: STREAM_LOG,
    inject: [QUEUE_REDIS, WHATSAPP_DATA_SOURCE],
    useFactory: (redis: QueueRedis | undefined, dataSource: DataSource): StreamLog =>
      redis ? new RedisLog(redis) : new DatabaseLog(dataSource),
  },
  // API keys; guards are made where they are used
  ApiKeysService,
  ApiKeyRegistration,
  ApiKeyRows,
  ApiKeyVerifier,
  ApiKeyUsage,
  CallerStreams,
  // Health and metrics
  ServerChecks,
  WebhookSilence,
  FailedTokens,
  ModuleGauges,
  NumberSamples,
  QueueSamples,
  { provide: MODULE_METRICS, inject: [METRICS_OPTIONS], useFactory: openModuleMetrics },
  {
    provide: METERS,
    inject: [MODULE_METRICS],
    useFactory: (metrics: ModuleMetrics | undefined): Meters => metrics?.instruments ?? NO_METERS,
  },
  // What the controllers of surfaces share
  ConversationTemplates,
  MediaRequests,
  TemplateRequests,
  Uploads,
];
