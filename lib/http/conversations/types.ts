// Bodies, queries and answers of the surface `conversations`.
export type { ConversationLink, ConversationView } from './conversation.presenter.js';
export type { ErrorAnswer, Failure } from './conversations-exception.filter.js';
export type {
  ChangeConversationDto,
  ConversationHistory,
  ConversationsAnswer,
  ListConversationsDto,
  ReadConversationDto,
} from './conversations.controller.js';
export type { HistoryMessage, MessageView, SentMessage } from './message.presenter.js';
export type {
  RecipientFailure,
  RecipientResult,
  SendTemplateAnswer,
  SendTemplateDto,
  SentMessages,
  Summary,
  TemplateRecipientDto,
} from './send-template.controller.js';
export type { ContextDto, SendMessageDto, SendTextDto, SentText } from './send.controller.js';
export type { Success } from './success.js';
export type { TemplatesAnswer, TemplateView } from './templates.controller.js';
