// Bodies and answers of the surface `console`.
export type { ErrorAnswer } from './console-exception.filter.js';
export type { ErrorExplanation, MessageDetail, MessageItem, MessagePrice } from './message.presenter.js';
export type { FoundMessages, ListMessagesDto, MessagesAnswer, SendAgainDto } from './messages.controller.js';
export type {
  BulkBreakdownAnswer,
  BulkCountryResult,
  BulkErrorResult,
  BulkHourResult,
  BulkSendsAnswer,
  ListBulkSendsDto,
} from './bulk-sends.controller.js';
export type { RetriedBulkSend, RetryBulkSendDto } from '../meta-templates/bulk-sends/bulk-send-control.controller.js';
export type { BulkSendView } from '../meta-templates/bulk-sends/bulk-send.presenter.js';
export type {
  ConsoleNumber,
  CostsAnswer,
  CostSum,
  HourCounts,
  NumberPause,
  NumbersAnswer,
  OverviewAnswer,
  OverviewDto,
  ResumedNumber,
} from './overview.controller.js';
export type {
  ChangeConversationDto,
  ConversationsAnswer,
  ListConversationsDto,
  ReadThreadDto,
  ThreadAnswer,
} from './conversations.controller.js';
export type { ConversationContact, ConversationDetail, ThreadMessage } from './conversation.presenter.js';
export type {
  SendableTemplatesAnswer,
  SendConversationTemplateDto,
  SendFileDto,
  SendFileForm,
  SendReactionDto,
  SendTextDto,
} from './conversation-sends.controller.js';
export type { ConversationView } from '../conversations/conversation.presenter.js';
export type {
  ConsentChangeView,
  ContactConversation,
  ContactDetail,
  ContactIdentityView,
  ContactItem,
} from './contact.presenter.js';
export type {
  ImportContactsDto,
  ImportPreview,
  ImportProblem,
  ImportProgress,
  PreviewedColumn,
} from './contact-lists.controller.js';
export type {
  BlockContactDto,
  BrowseContactsDto,
  ConsentDto,
  ContactFiltersDto,
  ContactGroupsAnswer,
  ContactsAnswer,
  SaveContactDto,
} from './contacts.controller.js';
export type { ApiKeysAnswer, ConsoleApiKey, CreateApiKeyDto, NewApiKeyAnswer } from './api-keys.controller.js';
export type {
  AccountsAnswer,
  AddAccountDto,
  ConsoleAccount,
  ConsoleOption,
  DoneAnswer,
  HealthAnswer,
  HealthCheck,
  OptionsAnswer,
  RegisterNumberDto,
} from './settings.controller.js';
export type { FirstStep, FirstStepsAnswer } from './first-steps.controller.js';
export type { SessionAnswer, SignInDto } from './session.controller.js';
export type { LiveEvent, StreamDto } from './stream.controller.js';
export type { ConsoleTemplate, ConsoleVariable } from './template.presenter.js';
export type {
  CheckedListAnswer,
  CheckListDto,
  CostAnswer,
  ListRowsAnswer,
  ListRowsDto,
  NewBulkSendDto,
  RowProblem,
} from './new-bulk-send.controller.js';
export type { CreateTemplateDto, EditTemplateDto } from './template-drafts.dto.js';
export type {
  ListTemplatesDto,
  SendTemplateOnceDto,
  SyncedTemplates,
  TemplateAccount,
  TemplateFilters,
  TemplatesAnswer,
} from './templates.controller.js';
export type {
  AppliedItem,
  AppliedItems,
  FailedItem,
  FailedItemDetail,
  FailedItemsAnswer,
  RefusedWebhooksView,
  UnclaimedAccountView,
  WebhookAccount,
  WebhooksAnswer,
} from './webhooks.controller.js';
export type {
  CallbackAnswer,
  CallbackSetAnswer,
  CallbackView,
  DeliveriesAnswer,
  DeliveryDetail,
  DeliveryItem,
  ListDeliveriesDto,
  MessageCallback,
  MessageCallbacksAnswer,
  ResentDeliveries,
  SetCallbackDto,
} from './callbacks.controller.js';
