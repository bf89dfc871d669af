import type { TemplateVariables } from '../templates/variables/variable-values.js';
import type { MessageEntity, MessageStatus } from './message.entity.js';
import { withoutCode } from './pending-content.js';
import { type MessagePricing, pricingOf } from './pricing.js';
import type { ContactsContent, InboundContents, InboundDetails } from './types/inbound-content.js';
import type { MessageContents, TextMessageContent } from './types/message-content.js';

/** What is known of every message, whatever its type. */
interface MessageFields {
  /** Row id; Meta's is `wamid`. */
  readonly id: number;
  /** Row id of the workspace that the message belongs to. */
  readonly workspaceId: number;
  /** Meta's id of the business phone number that sent or received it. */
  readonly phoneNumberId: string;
  /** How far it has come; `received` for what customers send. */
  readonly status: MessageStatus;
  /** The customer's number: digits with country code, without `+`; empty for a person known by a user id alone. */
  readonly recipientPhone: string;
  /** The customer's WhatsApp id as Meta answered it; may differ from the number. */
  readonly waId: string | null;
  /** The customer's business-scoped user id (BSUID), where that is all that is known of them. */
  readonly userId: string | null;
  /** Meta's id of the message; null until Meta has accepted it. */
  readonly wamid: string | null;
  /** The bulk send that it belongs to. */
  readonly bulkSendId: string | null;
  /** Its place in the bulk send, from 1. */
  readonly seq: number | null;
  /** The wamid of the message that it replies to. */
  readonly contextWamid: string | null;
  /** Of a template, its name. */
  readonly templateName: string | null;
  /** Of a template, its language, such as `en_US`. */
  readonly templateLanguage: string | null;
  /** Of a template, its category when it was sent: `MARKETING`, `UTILITY` or `AUTHENTICATION`. */
  readonly templateCategory: string | null;
  /** Meta's `message_status`: `accepted`, `held_for_quality_assessment` or `paused`. */
  readonly messageStatus: string | null;
  /** What Meta charges; null until a status has reported it. */
  readonly pricing: MessagePricing | null;
  /** The country that sets its price, by ISO 3166-1 alpha-2. */
  readonly pricingCountry: string | null;
  /** Meta's `conversation.origin.type`, reported within a free entry point. */
  readonly conversationOrigin: string | null;
  /** Meta's error code, or one of this module's such as `OUTCOME_UNKNOWN`. */
  readonly errorCode: string | null;
  /** Why it failed, in a sentence. */
  readonly errorMessage: string | null;
  /** Meta's `error_data.details`. */
  readonly errorDetails: string | null;
  /** Meta's `fbtrace_id`, which its support asks for. */
  readonly errorTraceId: string | null;
  /** Row id of the API key that asked for it. */
  readonly apiKeyId: number | null;
  /** Tries that Meta refused for a reason that may pass; the present one is not among them. */
  readonly retries: number;
  /** When a `pending` message of a bulk send is tried again; null when nothing delays it. */
  readonly nextAttemptAt: Date | null;
  /** Of an inbound message, when the customer sent it by Meta's clock. */
  readonly createdAt: Date;
  /** When Meta accepted it. */
  readonly sentAt: Date | null;
  /** When it reached the customer's device. */
  readonly deliveredAt: Date | null;
  /** When the customer read it. */
  readonly readAt: Date | null;
  /** When the customer played a voice message. */
  readonly playedAt: Date | null;
  /** When it failed. */
  readonly failedAt: Date | null;
}

/** What is kept of the content of each type that is sent. */
interface OutboundContents extends Omit<MessageContents, 'text'> {
  readonly text: TextMessageContent;
  /** The values of its variables; without those of a one-time code, which are not kept. */
  readonly template: TemplateVariables;
}

/** What each type that is received holds. A list has no place for details: with any, the cards are under `contacts`. */
type ReceivedContents = { readonly [Type in keyof InboundContents]: InboundContents[Type] & InboundDetails } & {
  readonly contacts: ContactsContent;
};

/** A type with its content, for each of the types. @typeParam Missing what replaces content that is not there */
type Typed<Contents, Missing = never> = {
  readonly [Type in keyof Contents]: {
    /** What `content` is. */
    readonly type: Type;
    /** What was said, by `type`. */
    readonly content: Contents[Type] | Missing;
  };
}[keyof Contents];

/**
 * A message that a customer sent: `type` says what `content` is. Meta adds types now and then, and they are stored as they
 * come: a `switch` over `type` needs a `default`.
 *
 * @publicApi
 */
export type InboundMessage = MessageFields & {
  /** A customer sent it. */
  readonly direction: 'inbound';
} & Typed<ReceivedContents>;

/**
 * A message that was sent, or is to be: `type` says what `content` is. The content is null where it is not kept: of one-time
 * codes, and after the person was erased.
 *
 * @publicApi
 */
export type OutboundMessage = MessageFields & {
  /** It goes to a customer. */
  readonly direction: 'outbound';
} & Typed<OutboundContents, null>;

/**
 * A message of a bulk send, which is always a template.
 *
 * @publicApi
 */
export type BulkMessage = Extract<
  OutboundMessage,
  {
    /** Always a template. */
    readonly type: 'template';
  }
>;

/**
 * A message that was sent or received: `direction` and `type` say what `content` is, which is null after the person was erased.
 *
 * @publicApi
 */
export type WhatsAppMessage =
  | OutboundMessage
  | (MessageFields & {
      /** A customer sent it. */
      readonly direction: 'inbound';
    } & Typed<ReceivedContents, null>);

/**
 * A message as users see it. What the column `content` holds was checked before it was sent, or came from Meta, by the row's
 * `type`; callers say which messages they have read.
 */
// oxlint-disable-next-line no-unnecessary-type-parameters -- only the caller knows which messages were read
export function viewOfMessage<View extends WhatsAppMessage = WhatsAppMessage>(message: MessageEntity): View;
export function viewOfMessage(
  message: MessageEntity,
): MessageFields & Pick<MessageEntity, 'direction' | 'type' | 'content'> {
  return {
    id: message.id,
    workspaceId: message.workspaceId,
    phoneNumberId: message.phoneNumberId,
    direction: message.direction,
    type: message.type,
    status: message.status,
    recipientPhone: message.recipientPhone,
    waId: message.waId,
    userId: message.userId,
    wamid: message.wamid,
    bulkSendId: message.bulkSendId,
    seq: message.seq,
    contextWamid: message.contextWamid,
    templateName: message.templateName,
    templateLanguage: message.templateLanguage,
    templateCategory: message.templateCategory,
    content: withoutCode(message).content,
    messageStatus: message.messageStatus,
    pricing: pricingOf(message),
    pricingCountry: message.pricingCountry,
    conversationOrigin: message.conversationOrigin,
    errorCode: message.errorCode,
    errorMessage: message.errorMessage,
    errorDetails: message.errorDetails,
    errorTraceId: message.errorTraceId,
    apiKeyId: message.apiKeyId,
    retries: message.retries,
    nextAttemptAt: message.nextAttemptAt,
    createdAt: message.createdAt,
    sentAt: message.sentAt,
    deliveredAt: message.deliveredAt,
    readAt: message.readAt,
    playedAt: message.playedAt,
    failedAt: message.failedAt,
  };
}
