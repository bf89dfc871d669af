import type { BulkSend, BulkSendStep } from '../../bulk/bulk-send.js';
import type { WhatsAppContact } from '../../contacts/contact.view.js';
import type { WhatsAppConversation } from '../../conversations/conversation.view.js';
import type { JsonObject } from '../../graph/json.js';
import type { MessageStatus } from '../../messages/message.entity.js';
import type { InboundMessage, OutboundMessage } from '../../messages/message.view.js';

interface EventOrigin {
  /** The same for the same fact, however often Meta reports it: for handlers that must not do a thing twice. */
  readonly id: string;
  /** Meta's id of the WhatsApp Business Account. */
  readonly businessAccountId: string;
}

/**
 * A customer wrote.
 *
 * @publicApi
 */
export interface InboundMessageEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'message.inbound';
  /** Its `type` says what its `content` is: `if (message.type === 'text') message.content.body`. */
  readonly message: InboundMessage;
  /** The person who wrote. */
  readonly contact: WhatsAppContact;
  /** The conversation after the message. */
  readonly conversation: WhatsAppConversation;
  /** The item of `messages[]` as Meta sent it. */
  readonly raw: JsonObject;
}

/**
 * A message that was sent went a step further, or failed.
 *
 * @publicApi
 */
export interface MessageStatusEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'message.status';
  /** What Meta reports. */
  readonly status: MessageStatus;
  /** The message after it; null for one that this deployment did not send. */
  readonly message: OutboundMessage | null;
  /** The item of `statuses[]` as Meta sent it, with its price and errors. */
  readonly raw: JsonObject;
}

/**
 * Meta decided on a template, paused it or let it go on.
 *
 * @publicApi
 */
export interface TemplateStatusEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'template.status';
  /** Meta's id of the template. */
  readonly templateId: string;
  /** Its name. */
  readonly templateName: string;
  /** As Meta's list names it: `en_US`, not `en-US`. */
  readonly language: string;
  /** Meta's `event`: `APPROVED`, `REJECTED`, `PAUSED`, `DISABLED`, `REINSTATED` … */
  readonly status: string;
  /** Why, in Meta's word; null where it gives none. */
  readonly reason: string | null;
  /** The change as Meta sent it. */
  readonly raw: JsonObject;
}

/**
 * A bulk send begins, waits, is paused, goes on or ends. It comes from the process that did so, once it is stored.
 *
 * @publicApi
 */
export interface BulkSendEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'bulk.send';
  /** What happened. */
  readonly step: BulkSendStep;
  /** When. */
  readonly at: Date;
  /** The bulk send when the event was made; `waiting` says why it waits and until when. */
  readonly bulkSend: BulkSend;
}

/**
 * A person wants no marketing any more, or wants it again.
 *
 * @publicApi
 */
export interface MarketingConsentEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'contact.consent';
  /** The contact after it. */
  readonly contact: WhatsAppContact;
  /** True when the person wants no marketing any more. */
  readonly isOptedOut: boolean;
}

/**
 * A person did something with a marketing message: tapped a link of it, or saw the page behind that. Meta does not say who, nor with
 * which message: `clickId` and `trackingToken` lead back to your own page.
 *
 * @publicApi
 */
export interface MarketingActionEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'marketing.action';
  /** Meta's id of the business phone number; null where Meta does not say. */
  readonly phoneNumberId: string | null;
  /** Meta's `action_type`: `marketing_messages_link_click`, `landing_page_view` or what is new. */
  readonly action: string;
  /** When it was done. */
  readonly at: Date;
  /** Meta's id of the click. */
  readonly clickId: string | null;
  /** The token that the address of the page carries. */
  readonly trackingToken: string | null;
  /** What was tapped, in Meta's word, such as `cta`. */
  readonly clickComponent: string | null;
  /** The product that was tapped. */
  readonly productId: string | null;
  /** The item of `user_actions[]` as Meta sent it. */
  readonly raw: JsonObject;
}

/**
 * A change of any field, as Meta sent it; also of fields that the module does not know.
 *
 * @publicApi
 */
export interface WebhookFieldEvent extends EventOrigin {
  /** Distinguishes it from the other events. */
  readonly type: 'webhook';
  /** Meta's name of what changed, such as `account_alerts`. */
  readonly field: string;
  /** The change as Meta sent it. */
  readonly value: JsonObject;
}

/**
 * Something that webhooks brought, or that happened to a bulk send, after it was stored.
 *
 * @publicApi
 */
export type WhatsAppEvent =
  | InboundMessageEvent
  | MessageStatusEvent
  | TemplateStatusEvent
  | BulkSendEvent
  | MarketingConsentEvent
  | MarketingActionEvent
  | WebhookFieldEvent;
