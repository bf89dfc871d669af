import type { Provider } from '@nestjs/common';
import { MessageRepository } from './message-repository.js';
import { MessageCallbacks } from './message-callbacks.js';
import { CallGate } from './call-gate.js';
import { MessageCall } from './message-call.js';
import { MessageSender, SinglePace } from './message-sender.js';
import { IdempotentSends } from './idempotent-sends.js';
import { TemplateMessages } from './template-messages.js';
import { FreeFormMessages } from './free-form-messages.js';
import { ReadReceipts } from './messages.service.js';
import { MessagingLimits } from './messaging-limits.js';
import { MessagedContacts } from './messaged-contacts.js';
import { PendingContents } from './pending-content.js';
import { ServiceWindows, ContactSessions } from './service-windows.js';
import { MessageMaintenance } from './message-maintenance.js';

/** What messages need, besides the service and the options. */
export const messageProviders: Provider[] = [
  MessageRepository,
  MessageCall,
  CallGate,
  MessageCallbacks,
  MessageSender,
  IdempotentSends,
  TemplateMessages,
  FreeFormMessages,
  ReadReceipts,
  MessagingLimits,
  ContactSessions,
  MessagedContacts,
  PendingContents,
  ServiceWindows,
  SinglePace,
  MessageMaintenance,
];
