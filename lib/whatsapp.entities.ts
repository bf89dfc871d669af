import type { Type } from '@nestjs/common';
import { BusinessAccountEntity } from './accounts/business-account.entity.js';
import { PhoneNumberEntity } from './accounts/phone-number.entity.js';
import { SendingOutageEntity } from './accounts/sending-outage.entity.js';
import { SendingPauseEntity } from './accounts/sending-pause.entity.js';
import { ApiKeyEntity } from './auth/api-key.entity.js';
import { ConsoleLinkEntity } from './auth/console-link.entity.js';
import { ConsoleSessionEntity } from './auth/console-session.entity.js';
import { BulkChunkEntity } from './bulk/bulk-chunk.entity.js';
import { BulkSendEntity } from './bulk/bulk-send.entity.js';
import { NumberLeaseEntity } from './queue/number-lease.entity.js';
import { CallbackEntity } from './callbacks/callback.entity.js';
import { CallbackDeliveryEntity } from './callbacks/callback-delivery.entity.js';
import { ContactCategoryEntity } from './contacts/contact-category.entity.js';
import { ContactConsentEntity } from './contacts/contact-consent.entity.js';
import { ContactEntity } from './contacts/contact.entity.js';
import { ContactIdentityEntity } from './contacts/contact-identity.entity.js';
import { ConversationEntity } from './conversations/conversation.entity.js';
import { BudgetEntity } from './costs/budget.entity.js';
import { VolumeTierEntity } from './costs/volume-tier.entity.js';
import { InstallationEntity } from './store/installation.entity.js';
import { SequenceEntity } from './store/sequence.entity.js';
import { MediaEntity } from './media/media.entity.js';
import { CountedPortfolioEntity } from './messages/counted-portfolio.entity.js';
import { LimitEntryEntity } from './messages/limit-entry.entity.js';
import { MessageEntity } from './messages/message.entity.js';
import { ProcessEntity } from './process/process.entity.js';
import { StreamEntryEntity, StreamListenerEntity } from './stream/stream-entry.entity.js';
import { TemplateEntity } from './templates/template.entity.js';
import { UnclaimedItemEntity } from './webhooks/unclaimed-item.entity.js';
import { WebhookRefusalEntity } from './webhooks/webhook-refusal.entity.js';
import { WebhookItemEntity } from './webhooks/webhook-item.entity.js';
import { WorkspaceEntity } from './accounts/workspace.entity.js';

/**
 * Every entity of the module, for the `entities` of a TypeORM data source that does not use `autoLoadEntities`.
 *
 * @publicApi
 */
export const whatsappEntities: Type[] = [
  InstallationEntity,
  SequenceEntity,
  WorkspaceEntity,
  ApiKeyEntity,
  ConsoleLinkEntity,
  ConsoleSessionEntity,
  BusinessAccountEntity,
  PhoneNumberEntity,
  TemplateEntity,
  MessageEntity,
  BulkSendEntity,
  BulkChunkEntity,
  ProcessEntity,
  NumberLeaseEntity,
  SendingPauseEntity,
  SendingOutageEntity,
  CountedPortfolioEntity,
  LimitEntryEntity,
  ContactEntity,
  ContactIdentityEntity,
  ContactCategoryEntity,
  ContactConsentEntity,
  ConversationEntity,
  MediaEntity,
  VolumeTierEntity,
  BudgetEntity,
  WebhookItemEntity,
  UnclaimedItemEntity,
  WebhookRefusalEntity,
  CallbackEntity,
  CallbackDeliveryEntity,
  StreamEntryEntity,
  StreamListenerEntity,
];
