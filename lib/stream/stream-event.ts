import type { BulkSendStatus, BulkSendStep } from '../bulk/bulk-send.js';
import type { MessageStatus } from '../messages/message.entity.js';

interface StreamEventBase {
  /** Where the stream is after it: give it to `subscribe` as `after`, to go on from there. */
  readonly id: string;
  /** When it was written, a quarter of a second after it happened at most. */
  readonly time: Date;
}

/**
 * A message that was sent, as the stream names it.
 *
 * @publicApi
 */
export interface StreamedMessage {
  /** Row id, for `MessagesService.get`. */
  readonly id: number;
  /** Its status now. */
  readonly status: MessageStatus;
  /** Meta's id of the number that it was sent from. */
  readonly phoneNumberId: string;
  /** The bulk send that it belongs to; null for a single one. */
  readonly bulkSendId: string | null;
  /** The conversation that it is part of; null for those of bulk sends, and where there is no conversation. */
  readonly conversationId: number | null;
}

/**
 * Messages were sent, delivered, read, or failed.
 *
 * @publicApi
 */
export interface MessageStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'message';
  /** The messages, each once with its status now; at most 100. */
  readonly messages: readonly StreamedMessage[];
  /** How many more changed at the same time and are not named. */
  readonly omitted: number;
}

/**
 * Customers wrote.
 *
 * @publicApi
 */
export interface InboundStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'inbound';
  /** The messages; at most 100. */
  readonly messages: readonly {
    /** Row id. */
    readonly id: number;
    /** Meta's id of the number that they wrote to. */
    readonly phoneNumberId: string;
    /** The conversation with them. */
    readonly conversationId: number;
  }[];
  /** How many more came at the same time and are not named. */
  readonly omitted: number;
}

/**
 * Conversations changed: a message in them, or who they are assigned to, their label, whether they are closed or read.
 *
 * @publicApi
 */
export interface ConversationStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'conversation';
  /** The conversations; at most 100. */
  readonly conversations: readonly {
    /** Row id. */
    readonly id: number;
    /** Meta's id of the number that it is with. */
    readonly phoneNumberId: string;
  }[];
  /** How many more changed at the same time and are not named. */
  readonly omitted: number;
}

/**
 * A bulk send begins, waits, goes on, is paused or ends; and how far it is, at most once a second from each process.
 *
 * @publicApi
 */
export interface BulkSendStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'bulk_send';
  /** The bulk send. */
  readonly bulkSendId: string;
  /** What happened. */
  readonly change: BulkSendStep | 'progress';
  /** Its status now. */
  readonly status: BulkSendStatus;
  /** Meta's id of the number that it is sent from. */
  readonly phoneNumberId: string;
}

/**
 * Sending from a number, or from all numbers of an account, was paused or goes on.
 *
 * @publicApi
 */
export interface PauseStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'pause';
  /** What it is about. */
  readonly scope: 'number' | 'account';
  /** Meta's id of the number or account. */
  readonly subjectId: string;
  /** Whether it sends nothing from now on. */
  readonly isPaused: boolean;
}

/**
 * Templates of an account changed.
 *
 * @publicApi
 */
export interface TemplateStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'template';
  /** Meta's id of the account. */
  readonly businessAccountId: string;
}

/**
 * Items of webhooks could not be applied, and are kept.
 *
 * @publicApi
 */
export interface WebhookStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'webhook';
  /** Meta's id of the account that they are about. */
  readonly businessAccountId: string;
}

/**
 * Events before this one may be missing: everything has to be loaded again.
 *
 * @publicApi
 */
export interface ResetStreamEvent extends StreamEventBase {
  /** Distinguishes it from the other events. */
  readonly kind: 'reset';
}

/**
 * Something that happened in a workspace. It names what has changed; what it is now, the services return.
 *
 * @publicApi
 */
export type StreamEvent =
  | MessageStreamEvent
  | InboundStreamEvent
  | ConversationStreamEvent
  | BulkSendStreamEvent
  | PauseStreamEvent
  | TemplateStreamEvent
  | WebhookStreamEvent
  | ResetStreamEvent;

/**
 * What can be subscribed to; `reset` comes in any case.
 *
 * @publicApi
 */
export type StreamEventKind = Exclude<StreamEvent['kind'], 'reset'>;

type WithoutBase<Event> = Event extends StreamEvent ? Omit<Event, keyof StreamEventBase> : never;

/** An event as it is stored. */
export type StoredEvent = WithoutBase<StreamEvent>;
