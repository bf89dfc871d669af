import type { WhatsAppPhoneNumber } from '../accounts/account.view.js';
import type { MarketingSettings } from '../messages/marketing-routes.js';
import type { CostEstimate } from '../costs/cost.view.js';

/**
 * The state of a bulk send. `COMPLETED`, `PARTIAL` and `FAILED` say how it ended (none, some or all messages failed);
 * a failure that is reported later turns `COMPLETED` into `PARTIAL`, a late proof of sending the other way.
 *
 * @publicApi
 */
export type BulkSendStatus =
  'SCHEDULED' | 'QUEUED' | 'PROCESSING' | 'PAUSED' | 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';

/**
 * What happens to a bulk send. `waits`: it sends nothing until a time; `paused`: until a person, Meta or a budget lets it go on.
 * `goes_on` comes after either, and when messages of one that had ended are tried again.
 *
 * @publicApi
 */
export type BulkSendStep = 'begins' | 'waits' | 'goes_on' | 'paused' | 'ends';

/**
 * Why a bulk send is not sending at this moment. `meta_unavailable`: Meta gives no answers, or cannot be reached. `budget`: what
 * may be spent does not suffice for the next message.
 *
 * @publicApi
 */
export type BulkWaitingReason =
  'quota' | 'paused' | 'scheduled' | 'rate_limited' | 'template_paused' | 'meta_unavailable' | 'budget';

/**
 * How many messages of a bulk send failed with one error.
 *
 * @publicApi
 */
export interface BulkFailure {
  /** Meta's error code, or one of this module's such as `OUTCOME_UNKNOWN`. */
  readonly code: string | null;
  /** The error in a sentence. */
  readonly message: string | null;
  /** Messages that failed with it. */
  readonly count: number;
}

/**
 * What a bulk send needs of the messaging limit of the business portfolio.
 *
 * @publicApi
 */
export interface BulkQuota {
  /** False when more is needed than is available: the send then drains as the rolling 24 hours free. */
  readonly canSend: boolean;
  /** Recipients that count: outside the service window, and not yet counted in the last 24 hours. */
  readonly needed: number;
  /** Null where there is no limit. */
  readonly available: number | null;
  /** The limit itself: unique recipients in a rolling 24 hours; null where there is none, or none is known. */
  readonly total: number | null;
  /** Meta's word, such as `TIER_2K`. */
  readonly tier: string | null;
}

/**
 * The answer when a bulk send was accepted.
 *
 * @publicApi
 */
export interface BulkAcceptance {
  /** What it needed of the messaging limit, and what was left. */
  readonly quota: BulkQuota;
  /** At the number's pace, with the wait for quota. */
  readonly estimatedMinutes: number;
  /** What its messages were going to cost if all were delivered; null without a rate card. */
  readonly cost: CostEstimate | null;
}

/**
 * Messages of a bulk send by status. `sent` includes `delivered`, and that `read`.
 *
 * @publicApi
 */
export interface BulkCounts {
  /** Waiting, or on their way to Meta. */
  readonly pending: number;
  /** With an unknown outcome: Meta never answered, and no webhook has settled them yet. */
  readonly unconfirmed: number;
  /** Accepted by Meta. */
  readonly sent: number;
  /** Delivered to the recipient's device. */
  readonly delivered: number;
  /** Read by the recipient. */
  readonly read: number;
  /** Refused by a check or by Meta, cancelled, or without proof of an outcome in time. */
  readonly failed: number;
}

/**
 * The number that sends; where its account was removed meanwhile, no more than Meta's id of it.
 *
 * @publicApi
 */
export type BulkPhoneNumber = Pick<WhatsAppPhoneNumber, 'phoneNumberId'> &
  Nullable<
    Pick<WhatsAppPhoneNumber, 'id' | 'displayPhoneNumber' | 'verifiedName' | 'qualityRating' | 'messagingLimit'>
  >;

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null };

/**
 * A bulk send at this moment.
 *
 * @publicApi
 */
export interface BulkSend {
  /** A UUID, by which every call names it. */
  readonly id: string;
  /** The same in an integer that stays. */
  readonly number: number;
  /** For clients that follow a task; as unique as `id`. */
  readonly taskId: string;
  /** A name for people. */
  readonly name: string | null;
  /** How far it is, or how it ended. */
  readonly status: BulkSendStatus;
  /** The template that it sends. */
  readonly template: {
    /** Row id of the template. */
    readonly id: number;
    /** Its name. */
    readonly name: string;
    /** Its language, such as `en_US`. */
    readonly language: string;
    /** Its category when the bulk send was accepted. */
    readonly category: string;
    /** Meta's word of the moment: `APPROVED`, `PAUSED` … */
    readonly status: string;
  };
  /** How it wants marketing sent; null where it goes by the module's options. */
  readonly marketing: MarketingSettings | null;
  /** The number that it is sent from. */
  readonly phoneNumber: BulkPhoneNumber;
  /** Recipients given, doubles included. */
  readonly totalRecipients: number;
  /** Recipients with a message each. */
  readonly uniqueRecipients: number;
  /** Its messages by status. */
  readonly counts: BulkCounts;
  /** Per cent of the messages that were sent or failed, with one decimal. */
  readonly progress: number;
  /** Minutes until the rest is sent, with one decimal; of a send that has ended, minutes that it took. */
  readonly estimatedMinutes: number;
  /** Why it is not sending, if it is not; `until` is null while a person or Meta has to resume it. */
  readonly waiting: {
    /** Why. */
    readonly reason: BulkWaitingReason;
    /** When it goes on by itself. */
    readonly until: Date | null;
    /** The same in a sentence. */
    readonly message: string | null;
  } | null;
  /** Its failures by error code. */
  readonly errors: readonly BulkFailure[];
  /** The answer when it was accepted. */
  readonly acceptance: BulkAcceptance;
  /** The API key that asked for it. */
  readonly createdBy: {
    /** Row id of the key. */
    readonly id: number;
    /** Name of the key. */
    readonly name: string | null;
  } | null;
  /** When it begins; null for at once. */
  readonly scheduledAt: Date | null;
  /** When it was accepted. */
  readonly createdAt: Date;
  /** When its first message was on its way. */
  readonly startedAt: Date | null;
  /** When it ended: its last message was sent or had failed. */
  readonly completedAt: Date | null;
}
