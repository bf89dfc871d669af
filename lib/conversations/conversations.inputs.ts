import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { ContactFields } from '../contacts/contacts.inputs.js';
import type { IdempotencyInput } from '../messages/idempotency-key.js';
import type { OutboundMessage, WhatsAppMessage } from '../messages/message.view.js';
import type { SendTemplateInput } from '../messages/template-messages.js';
import type { FreeFormMessageType, MessageContents } from '../messages/types/message-content.js';
import type { WhatsAppConversation } from './conversation.view.js';
import type { PhoneCountryCode } from '../contacts/phone-number.js';

/**
 * The person of the conversation to find, or to open.
 *
 * @publicApi
 */
export interface FindOrOpenConversationInput extends InWorkspace {
  /**
   * The person: a number with country code, such as `+5491112345678`, in any spelling; or Meta's business-scoped user id,
   * such as `US.13491208655302741918`.
   */
  readonly to: string;
  /** Meta's id of the business phone number; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/** What a send files about the person, who becomes a contact by it if they are none. */
export interface FilesContact {
  /**
   * What to file about the person. Left out, they are a contact afterwards all the same.
   */
  readonly contact?: ContactFields | undefined;
}

/**
 * Who to send to and what, whether there is a conversation or not.
 *
 * @publicApi
 */
export interface SendToInput extends FindOrOpenConversationInput, ConversationContent, FilesContact {
  /** A number of the host's that the conversation has from now on. */
  readonly requestId?: number | undefined;
}

/**
 * A template for someone, whether there is a conversation or not.
 *
 * @publicApi
 */
export interface SendTemplateToInput extends SendTemplateInput, FilesContact {
  /** A number of the host's that the conversation has from now on. */
  readonly requestId?: number | undefined;
}

/**
 * Which conversations to list.
 *
 * @publicApi
 */
export interface ListConversations extends InWorkspace {
  /** Only those in this state. */
  readonly status?: WhatsAppConversation['status'];
  /** Part of a number, in any spelling, or of a name. */
  readonly search?: string;
  /** Whether only those with unread messages. */
  readonly unread?: boolean;
  /** Only those with this label; null for those without one. */
  readonly label?: string | null;
  /** Only those that are assigned so, in the host's own words; null for those that are not assigned. */
  readonly assignedTo?: string | null;
  /** Meta's id of one business phone number; those of all numbers when left out. */
  readonly phoneNumberId?: string;
  /** Only those with one of these contacts, by row id. */
  readonly contactIds?: readonly number[];
  /** At most so many, 1 to 100; 50 when left out. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/**
 * A page of the conversations.
 *
 * @publicApi
 */
export interface ConversationPage {
  /** By their last message, newest first. */
  readonly items: readonly WhatsAppConversation[];
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/**
 * Which of a conversation's messages to read.
 *
 * @publicApi
 */
export interface ReadConversationHistory extends InWorkspace {
  /** At most so many, 1 to 100; 50 when left out. */
  readonly limit?: number;
  /** `nextBefore` of the page before. */
  readonly before?: string;
}

/**
 * A page of a conversation's messages.
 *
 * @publicApi
 */
export interface ConversationHistoryPage {
  /** Newest first. */
  readonly messages: readonly WhatsAppMessage[];
  /** Null when there are no older ones. */
  readonly nextBefore: string | null;
}

/**
 * What can be changed of a conversation by hand; what is left out stays.
 *
 * @publicApi
 */
export interface ConversationChange {
  /** Closes the conversation, or makes it active again. */
  readonly status?: WhatsAppConversation['status'];
  /** Whoever sees to it, at most 255 characters. */
  readonly assignedTo?: string | null;
  /** At most 255 characters. */
  readonly label?: string | null;
  /** A number of the host's that travels with the conversation. */
  readonly requestId?: number | null;
}

/**
 * What a message in a conversation takes in addition to its content.
 *
 * @publicApi
 */
export interface ConversationEnvelope extends InWorkspace {
  /** The wamid of the message that this one replies to. */
  readonly replyTo?: string;
  /** A key of your own: a call that is repeated with it answers again instead of sending again, for 24 hours. */
  readonly idempotency?: string | IdempotencyInput;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
}

/**
 * A message of any type but a template, in a known conversation: `{ type: 'image', image: { id } }`.
 *
 * @publicApi
 */
export type ConversationMessage = {
  readonly [Type in FreeFormMessageType]: {
    /** What kind of message it is. */
    readonly type: Type;
  } & ConversationEnvelope &
    Readonly<Pick<MessageContents, Type>>;
}[FreeFormMessageType];

/**
 * A message with type and content from outside, not checked yet.
 *
 * @publicApi
 */
export interface ConversationContent extends ConversationEnvelope {
  /** One of `FreeFormMessageType`. */
  readonly type: string;
  /** What Meta takes under the name of the type. */
  readonly content: unknown;
}

/**
 * A template in a known conversation.
 *
 * @publicApi
 */
export type ConversationTemplate = Omit<SendTemplateInput, 'to' | 'phoneNumberId'>;

/**
 * A message that was sent, and the conversation after it.
 *
 * @publicApi
 */
export interface SentInConversation {
  /** The message after Meta accepted it. */
  readonly message: OutboundMessage;
  /** The conversation after the message. */
  readonly conversation: WhatsAppConversation;
}

/**
 * Whether a person can be sent something else than a template.
 *
 * @publicApi
 */
export interface FreeFormWindow {
  /** Whether the service window is open now. */
  readonly open: boolean;
  /** When the service window closes, or closed; null when the person never wrote. */
  readonly until: Date | null;
}

export interface ConversationsOptions {
  /** Country of national numbers, which are taken too, such as `AR`. */
  readonly defaultCountry?: PhoneCountryCode;
  /**
   * What to do with a message to someone who did not write in the last 24 hours, who may be sent templates
   * only: leave it to Meta, or refuse it.
   */
  readonly serviceWindow: 'meta' | 'enforce';
}

export const CONVERSATIONS_OPTIONS = Symbol('CONVERSATIONS_OPTIONS');
