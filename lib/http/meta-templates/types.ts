// Bodies, queries and answers of the surface `metaTemplates`.
export type { BulkMessageView } from './bulk-sends/bulk-message.presenter.js';
export type { RetriedBulkSend, RetryBulkSendDto } from './bulk-sends/bulk-send-control.controller.js';
export type { ExportBulkSendDto } from './bulk-sends/bulk-send-streams.controller.js';
export type { BulkSendView } from './bulk-sends/bulk-send.presenter.js';
export type { ListBulkMessagesDto, ListBulkSendsDto } from './bulk-sends/bulk-sends.controller.js';
export type { PageDto } from './bulk-sends/page.js';
export type { QuotaInfo } from './bulk-sends/bulk-send.presenter.js';
export type { RecipientDto } from './bulk-sends/recipients/recipient.dto.js';
export type { AcceptedBulkSend, BulkSender, DryRunAnswer, SendBulkDto } from './bulk-sends/send-bulk.controller.js';
export type {
  BusinessAccount,
  BusinessAccountsAnswer,
  PhoneNumber,
  Quota,
  Template,
  Variable,
} from './business-accounts.controller.js';
export type { BusinessInfoAnswer } from './business-info.controller.js';
export type { ContactLookupAnswer, ContactLookupDto, FoundContact } from './contact-lookup.controller.js';
export type { MessageAnswer, SentTemplateAnswer } from './message.presenter.js';
export type { ErrorAnswer } from './meta-templates-exception.filter.js';
export type { SendTemplateDto } from './meta-templates.controller.js';
export type { PartVariablesDto, TemplateDto, TemplateVariablesDto } from './template.dto.js';
