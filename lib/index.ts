// The module
export { WhatsAppModule } from './whatsapp.module.js';
export type { WhatsAppModuleExtras } from './whatsapp.extras.js';
export type { WhatsAppModuleOptions, WhatsAppModuleOptionsFactory } from './whatsapp.options.js';
export { setupWhatsApp } from './http/bodies/setup-whatsapp.js';
export type { WhatsAppBodyOptions } from './http/bodies/setup-whatsapp.js';
export type * as WhatsAppHttp from './http/types.js';
export type { SurfaceName, SurfacesOptions } from './http/surfaces.js';
export type { SurfaceOptions } from './http/surface/surface.js';
export {
  ConsoleLinksService,
  type ConsoleLink,
  type ConsoleLinkScope,
  type CreateConsoleLinkInput,
  type CreatedConsoleLink,
} from './http/console/console-links.service.js';
export type { ConsoleOptions } from './http/console/console.options.js';
export {
  addWhatsAppSecurity,
  type WhatsAppSecurityBuilder,
  whatsappSecuritySchemes,
} from './http/openapi/describe-controller.js';
export type { GraphApiClientOptions } from './graph/graph-api.options.js';

// Database
export { whatsappEntities } from './whatsapp.entities.js';
export { whatsappMigrations } from './store/whatsapp.migrations.js';
export { WorkspaceEntity } from './accounts/workspace.entity.js';
export { ApiKeyEntity } from './auth/api-key.entity.js';
export { ConsoleLinkEntity } from './auth/console-link.entity.js';
export { ConsoleSessionEntity } from './auth/console-session.entity.js';
export { BusinessAccountEntity } from './accounts/business-account.entity.js';
export { PhoneNumberEntity } from './accounts/phone-number.entity.js';
export { SendingPauseEntity } from './accounts/sending-pause.entity.js';
export { TemplateEntity } from './templates/template.entity.js';
export { MessageEntity, type MessageStatus } from './messages/message.entity.js';

// Messages
export { MessagesService } from './messages/messages.service.js';
export type { SendAgainOptions } from './messages/messages.service.js';
export type { ListMessages, MessageActivity, MessageHour, MessagePage } from './messages/message-reads.js';
export type { SendTemplateInput } from './messages/template-messages.js';
export type { MessageEnvelope } from './messages/message-call.js';
export type { MarketingRoute, MarketingSettings } from './messages/marketing-routes.js';
export type { MarkReadOptions } from './messages/messages.service.js';
export type {
  SendAudioInput,
  SendContactsInput,
  SendContentInput,
  SendDocumentInput,
  SendImageInput,
  SendInteractiveInput,
  SendLocationInput,
  SendMessageInput,
  SendReactionInput,
  SendStickerInput,
  SendTextInput,
  SendVideoInput,
} from './messages/free-form-messages.js';
export type {
  AudioMessageContent,
  DocumentMessageContent,
  FreeFormMessageType,
  ImageMessageContent,
  LocationMessageContent,
  MessageContents,
  ReactionMessageContent,
  StickerMessageContent,
  TextMessageContent,
  VideoMessageContent,
} from './messages/types/message-content.js';
export type { ContactCard } from './messages/types/contact-card.js';
export type { InteractiveMessageContent, InteractiveMessageHeader } from './messages/types/interactive-content.js';
export type { MessageMediaSource } from './messages/types/message-media-source.js';
export type { MessagePricing } from './messages/pricing.js';
export type { BulkMessage, InboundMessage, OutboundMessage, WhatsAppMessage } from './messages/message.view.js';
export type {
  InboundContents,
  InboundDetails,
  InboundFile,
  InboundInteractive,
} from './messages/types/inbound-content.js';
export {
  MessageErasedError,
  MetaUnavailableError,
  SendOutcomeUnknownError,
  TemplateNotApprovedError,
} from './messages/messages.errors.js';
export { IDEMPOTENCY_KEY_LIFETIME, type IdempotencyInput } from './messages/idempotency-key.js';
export { IdempotencyConflictError } from './messages/idempotency-key.js';

// Events
export {
  type WhatsAppEventDecorator,
  OnBulkSend,
  OnInboundMessage,
  OnMarketingAction,
  OnMarketingConsent,
  OnMessageStatus,
  OnTemplateStatus,
  OnWebhook,
} from './webhooks/events/event-decorators.js';
export type { WhatsAppEventsOptions } from './webhooks/events/queued-events.js';
export type {
  BulkSendEvent,
  WebhookFieldEvent,
  InboundMessageEvent,
  MarketingActionEvent,
  MarketingConsentEvent,
  MessageStatusEvent,
  TemplateStatusEvent,
  WhatsAppEvent,
} from './webhooks/events/whatsapp-event.js';

// The stream of what happens
export { WhatsAppStream, type SubscribeOptions } from './stream/whatsapp-stream.js';
export type {
  BulkSendStreamEvent,
  ConversationStreamEvent,
  InboundStreamEvent,
  MessageStreamEvent,
  PauseStreamEvent,
  ResetStreamEvent,
  StreamedMessage,
  StreamEvent,
  StreamEventKind,
  TemplateStreamEvent,
  WebhookStreamEvent,
} from './stream/stream-event.js';

// Media
export { MediaService } from './media/media.service.js';
export type { DownloadedMedia, MediaOfNumber, UploadedMedia, UploadMediaInput } from './media/media.inputs.js';
export { InvalidMediaError } from './media/media.errors.js';

// Conversations
export { ConversationsService } from './conversations/conversations.service.js';
export { ConversationEntity } from './conversations/conversation.entity.js';
export type { WhatsAppConversation } from './conversations/conversation.view.js';
export type {
  ConversationChange,
  ConversationContent,
  ConversationEnvelope,
  ConversationMessage,
  ConversationPage,
  ConversationTemplate,
  FindOrOpenConversationInput,
  FreeFormWindow,
  ConversationHistoryPage,
  ListConversations,
  ReadConversationHistory,
  SendTemplateToInput,
  SendToInput,
  SentInConversation,
} from './conversations/conversations.inputs.js';

// Bulk sends
export { BulkService } from './bulk/bulk.service.js';
export { BulkSendEntity } from './bulk/bulk-send.entity.js';
export type {
  BulkAcceptance,
  BulkCounts,
  BulkFailure,
  BulkPhoneNumber,
  BulkQuota,
  BulkSend,
  BulkSendStatus,
  BulkSendStep,
  BulkWaitingReason,
} from './bulk/bulk-send.js';
export type { BulkBreakdown, BulkCountryCount, BulkErrorCount, BulkHourCount } from './bulk/breakdown.js';
export type {
  BulkDryRun,
  BulkRecipient,
  BulkRecipients,
  CreateBulkSendInput,
  ListBulkMessages,
  ListBulkSends,
  BulkPage,
  RetryBulkSend,
  UnreadableRecipient,
} from './bulk/bulk.inputs.js';
export {
  BulkSendStateError,
  BulkValidationError,
  QuotaExceededError,
  TooManyRecipientsError,
} from './bulk/bulk.errors.js';
export type { WhatsAppDatabaseOptions } from './store/data-source.provider.js';
export type { BullQueueOptions, WhatsAppQueueOptions } from './queue/queue.js';

// Costs
export { CostsService } from './costs/costs.service.js';
export type { WhatsAppAccountCosts, WhatsAppCostsOptions } from './costs/costs.options.js';
export type { RateCardEntry } from './costs/rate-card.js';
export type { RateCardFile } from './costs/rate-card-file.js';
export type { CompareCostsInput, ComparedCost, CostComparison, CostComparisonRow } from './costs/cost-comparisons.js';
export type { BudgetOf, CostBudget, SetBudgetInput } from './costs/budget-settings.js';
export { BudgetExceededError } from './messages/spending.js';
export type { EstimateCostsInput } from './costs/cost-estimates.js';
export type { CostGrouping, CostQuery } from './costs/cost-query.js';
export type {
  CostEstimate,
  CostReport,
  CostRow,
  CostTotal,
  FreeServiceMessages,
  MessageCost,
} from './costs/cost.view.js';

// Templates
export {
  type ListTemplatePage,
  type ListTemplates,
  type TemplatePage,
  type TemplateWords,
  TemplatesService,
} from './templates/templates.service.js';
export type { WhatsAppTemplate } from './templates/template.view.js';
export type { TemplateName } from './templates/template-finder.js';
export type { TemplateComponent, TemplateDefinition } from './templates/template-component.js';
export type { TemplateButton } from './templates/template-component.js';
export type { TemplateDraft, TemplateEdit } from './templates/drafts/template-draft.js';
export type { TemplateVariable, TemplateVariableKind } from './templates/variables/template-variable.js';
export type {
  TemplateButtonValue,
  TemplatePartVariables,
  TemplateVariables,
  TemplateVariableValue,
} from './templates/variables/variable-values.js';
export type { TemplateMessageComponent } from './templates/message-component.js';

// Webhooks
export {
  type FailedWebhookItem,
  type FailedWebhookItemContent,
  type ListFailedItems,
  type WebhookItemsOf,
  WebhooksService,
} from './webhooks/webhooks.service.js';
export type { RefusedSignatures } from './webhooks/refused-webhooks.js';
export type { UnclaimedAccount } from './webhooks/unclaimed-items.js';
export type { WhatsAppWebhookOptions } from './webhooks/webhooks.service.js';
export { WebhookItemEntity } from './webhooks/webhook-item.entity.js';
export { WebhookHandshakeError, WebhookSignatureError } from './webhooks/webhooks.errors.js';

// Health and metrics
export { WhatsAppHealth } from './observability/health/whatsapp-health.js';
export {
  type WhatsAppIndicatorResult,
  WhatsAppHealthIndicator,
} from './observability/health/whatsapp-health.indicator.js';
export type {
  WhatsAppHealthCheckName,
  WhatsAppHealthCheckResult,
  WhatsAppHealthOptions,
  WhatsAppHealthReport,
} from './observability/health/health-check.js';
export { WhatsAppMetrics } from './observability/metrics/whatsapp-metrics.js';
export type { WhatsAppMetricsOptions, WhatsAppMetricsRegistry } from './observability/metrics/metrics.options.js';

// Accounts and workspaces
export { AccountsService } from './accounts/accounts.service.js';
export { UsernamesService } from './accounts/usernames.service.js';
export type { BusinessUsername, SetUsernameOptions, UsernameOptions } from './accounts/usernames.service.js';
export type {
  WhatsAppAccount,
  WhatsAppAccountMarketing,
  WhatsAppPhoneNumber,
  WhatsAppSendingPause,
} from './accounts/account.view.js';
export type { AddAccountInput } from './accounts/account-registry.js';
export type { WhatsAppAccountOptions } from './accounts/accounts.options.js';
export type { MetaAppSecret } from './accounts/accounts.options.js';
export {
  DEFAULT_WORKSPACE,
  type InWorkspace,
  type WhatsAppWorkspace,
  WorkspacesService,
} from './accounts/workspaces.service.js';

// API keys and guards
export { ApiKeysService } from './auth/api-keys.service.js';
export type { WhatsAppApiKey, NewApiKey, VerifiedApiKey } from './auth/api-key.js';
export type { ApiKeyScope, CreateApiKeyInput, RegisterApiKeyInput, RotateApiKeyOptions } from './auth/api-key.js';
export type { WhatsAppApiKeyOptions } from './auth/api-key.options.js';
export { ApiKeyGuard, type ApiKeyRequest } from './auth/api-key.guard.js';
export { AbilityGuard } from './auth/caller.js';
export { RequireAbility } from './auth/caller.js';
export { API_KEY_ABILITIES, type ApiKeyAbility } from './auth/ability.js';
export { type WhatsAppCaller, callerOf, type WhatsAppCallerRequest, CurrentCaller } from './auth/caller.js';
export { ForbiddenError, UnauthenticatedError } from './auth/auth.errors.js';

// Contacts
export { ContactsService } from './contacts/contacts.service.js';
export { ContactEntity, type ContactType } from './contacts/contact.entity.js';
export type { WhatsAppContact } from './contacts/contact.view.js';
export { ContactEmailTakenError, ContactExistsError } from './contacts/contacts.errors.js';
export {
  type ContactCategoriesService,
  type ContactCategoryFields,
  type ContactCategoryPage,
  ContactGroupsService,
  ContactSourcesService,
  ContactStatusesService,
  type ListContactCategories,
  type WhatsAppContactCategory,
} from './contacts/contact-categories.service.js';
export { ContactCategoryEntity, type ContactCategoryKind } from './contacts/contact-category.entity.js';
export { ContactConsentEntity } from './contacts/contact-consent.entity.js';
export type {
  BlockContactOptions,
  BlockedContact,
  BrowseContacts,
  BrowsedContacts,
  ConsentChange,
  ContactFilters,
  ContactIdentity,
  ContactImportProblem,
  ContactImportReport,
  ContactImportRow,
  ImportContactsInput,
  MarketingConsentOptions,
  ContactFields,
  ContactPage,
  UpdateContactInput,
  CreateContactInput,
  ListContacts,
  SaveContactInput,
  SavedContact,
} from './contacts/contacts.inputs.js';
export type { ConsentSource } from './contacts/contacts.inputs.js';
export { RecipientRefusedError, type RecipientRefusal } from './contacts/marketing-consents.js';

// Callbacks
export { CallbacksService } from './callbacks/callbacks.service.js';
export { CallbackDeliveryEntity, type CallbackDeliveryStatus } from './callbacks/callback-delivery.entity.js';
export { CALLBACK_EVENTS, type CallbackEventName } from './callbacks/callback.entity.js';
export type {
  WhatsAppCallback,
  CallbackDelivery,
  CallbackDeliveryPage,
  CallbackWithSecret,
  ListCallbackDeliveries,
  SetCallbackInput,
} from './callbacks/callbacks.inputs.js';

// Errors
export {
  ConfigurationError,
  ConflictError,
  NotFoundError,
  type ValidationProblem,
  RateLimitedError,
  ValidationError,
  WhatsAppError,
} from './errors.js';
export { MetaApiError } from './graph/meta-api.error.js';
export { MetaUnreachableError, OutcomeUnknownError } from './graph/meta-outcome.errors.js';
export type { GraphFailureReason } from './graph/meta-outcome.errors.js';
export type { GraphUsage } from './graph/graph-usage.js';
export { errorCatalogue, reactionTo } from './graph/error-catalogue.js';
export type {
  MetaErrorEntry,
  MetaErrorRule,
  MetaErrorScope,
  MetaErrorTable,
  MetaReaction,
  MetaReroute,
  SendEndpoint,
} from './graph/meta-error-body.js';
export {
  type PhoneCountryCode,
  isPhoneCountryCode,
  type NormalizedPhoneNumber,
  normalizePhoneNumber,
} from './contacts/phone-number.js';
export type { WhatsAppBusinessInfo, WhatsAppWorkspaceOptions } from './accounts/business-info.js';
