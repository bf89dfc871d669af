// Bodies, queries and answers of the surface `workspace`.
export type { CategoryView, CreateCategoryDto, UpdateCategoryDto } from './contacts/categories.controller.js';
export type {
  ContactView,
  CreateContactDto,
  ListContactsDto,
  UpdateContactDto,
} from './contacts/contacts.controller.js';
export type { MediaMessageDto, MediaMessageForm } from './media-messages/media-requests.js';
export type { SentMediaData } from './media-messages/media-messages.controller.js';
export type { MessageStatusData, StatusDescriptions, StatusTimes } from './messages/message-status.controller.js';
export type { ButtonDto, SendMessageDto, SentMessageData } from './messages/send-message.controller.js';
export type { PageDto } from './page.dto.js';
export type { PageLink, Paginated } from './paginator.presenter.js';
export type { PhoneReportData, ValidatePhoneDto } from './phone/phone-validation.controller.js';
export type { DeletedRow } from './row-id.pipe.js';
export type { SentData } from './sent.presenter.js';
export type { Success } from './success.js';
export type {
  TemplateContactDto,
  TemplateMessageDto,
  TemplateMessageForm,
} from './template-messages/template-message.dto.js';
export type { SentTemplateData } from './template-messages/template-messages.controller.js';
export type { TemplateView } from './templates/templates.controller.js';
export type { ErrorAnswer, RateLimitAnswer } from './workspace-exception.filter.js';
