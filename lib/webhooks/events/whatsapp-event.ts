import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import type { JsonObject } from '../../graph/json-object.js';
import type { MessageStatus } from '../../messages/message.entity.js';
import type { InboundMessage, OutboundMessage } from '../../messages/message.view.js';

interface EventOrigin {
  /** The same for the same fact, however often Meta reports it: for handlers that must not do a thing twice. */
  readonly id: string;
  /** Meta's id of the WhatsApp Business Account. */
  readonly businessAccountId: string;
}

/** A customer wrote. */
export interface InboundMessageEvent extends EventOrigin {
  readonly type: 'message.inbound';
  /** Its `type` says what its `content` is: `if (message.type === 'text') message.content.body`. */
  readonly message: InboundMessage;
  readonly contact: WhatsAppContact;
  readonly conversation: WhatsAppConversation;
  /** The item of `messages[]` as Meta sent it. */
  readonly raw: JsonObject;
}

/** A message that was sent went a step further, or failed. */
export interface MessageStatusEvent extends EventOrigin {
  readonly type: 'message.status';
  /** What Meta reports. */
  readonly status: MessageStatus;
  /** The message after it; null for one that this deployment did not send. */
  readonly message: OutboundMessage | null;
  /** The item of `statuses[]` as Meta sent it, with its price and errors. */
  readonly raw: JsonObject;
}

/** Meta decided on a template, paused it or let it go on. */
export interface TemplateStatusEvent extends EventOrigin {
  readonly type: 'template.status';
  readonly templateId: string;
  readonly templateName: string;
  /** As Meta's list names it: `en_US`, not `en-US`. */
  readonly language: string;
  /** Meta's `event`: `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `REINSTATED` … */
  readonly status: string;
  readonly reason: string | null;
  readonly raw: JsonObject;
}

/** A person wants no marketing any more, or wants it again. */
export interface MarketingConsentEvent extends EventOrigin {
  readonly type: 'contact.consent';
  readonly contact: WhatsAppContact;
  readonly isOptedOut: boolean;
}

/** A change of any field, as Meta sent it; also of fields that the module does not know. */
export interface WebhookFieldEvent extends EventOrigin {
  readonly type: 'webhook';
  readonly field: string;
  readonly value: JsonObject;
}

/** Something that webhooks brought, after it was stored. */
export type WhatsAppEvent =
  InboundMessageEvent | MessageStatusEvent | TemplateStatusEvent | MarketingConsentEvent | WebhookFieldEvent;
