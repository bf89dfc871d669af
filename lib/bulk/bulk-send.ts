import type { WhatsAppPhoneNumber } from '../accounts/account.view.js';

/**
 * The state of a bulk send. `COMPLETED`, `PARTIAL` and `FAILED` say how it ended (none, some or all messages failed);
 * a failure that is reported later turns `COMPLETED` into `PARTIAL`, a late proof of sending the other way.
 */
export type BulkSendStatus =
  'SCHEDULED' | 'QUEUED' | 'PROCESSING' | 'PAUSED' | 'COMPLETED' | 'PARTIAL' | 'FAILED' | 'CANCELLED';

/** Why a bulk send is not sending at this moment. `meta_unavailable`: Meta gives no answers, or cannot be reached. */
export type BulkWaitingReason =
  'quota' | 'paused' | 'scheduled' | 'rate_limited' | 'template_paused' | 'meta_unavailable';

/** How many messages of a bulk send failed with one error. */
export interface BulkFailure {
  /** Meta's error code, or one of this module's such as `OUTCOME_UNKNOWN`. */
  readonly code: string | null;
  readonly message: string | null;
  readonly count: number;
}

/** What a bulk send needs of the messaging limit of the business portfolio. */
export interface BulkQuota {
  /** False when more is needed than is available: the send then drains as the rolling 24 hours free. */
  readonly canSend: boolean;
  /** Recipients that count: outside the service window, and not yet counted in the last 24 hours. */
  readonly needed: number;
  /** Null where there is no limit. */
  readonly available: number | null;
  readonly total: number | null;
  /** Meta's word, such as `TIER_2K`. */
  readonly tier: string | null;
}

/** The answer when a bulk send was accepted. */
export interface BulkAcceptance {
  readonly quota: BulkQuota;
  /** At the number's pace, with the wait for quota. */
  readonly estimatedMinutes: number;
}

/** Messages of a bulk send by status. `sent` includes `delivered`, and that `read`. */
export interface BulkCounts {
  /** Waiting, or on their way to Meta. */
  readonly pending: number;
  readonly unconfirmed: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
  readonly failed: number;
}

/** The number that sends; where its account was removed meanwhile, no more than Meta's id of it. */
export type BulkPhoneNumber = Pick<WhatsAppPhoneNumber, 'phoneNumberId'> &
  Nullable<
    Pick<WhatsAppPhoneNumber, 'id' | 'displayPhoneNumber' | 'verifiedName' | 'qualityRating' | 'messagingLimit'>
  >;

type Nullable<T> = { readonly [Name in keyof T]: T[Name] | null };

/** A bulk send at this moment. */
export interface BulkSend {
  readonly id: string;
  /** The same in an integer that stays. */
  readonly number: number;
  readonly taskId: string;
  readonly name: string | null;
  readonly status: BulkSendStatus;
  readonly template: {
    readonly id: number;
    readonly name: string;
    readonly language: string;
    readonly category: string;
    /** Meta's word of the moment: `APPROVED`, `PAUSED` … */
    readonly status: string;
  };
  readonly phoneNumber: BulkPhoneNumber;
  /** Recipients given, doubles included. */
  readonly totalRecipients: number;
  /** Recipients with a message each. */
  readonly uniqueRecipients: number;
  readonly counts: BulkCounts;
  /** Per cent of the messages that were sent or failed, with one decimal. */
  readonly progress: number;
  /** Minutes until the rest is sent, with one decimal; of a send that has ended, minutes that it took. */
  readonly estimatedMinutes: number;
  /** Why it is not sending, if it is not; `until` is null while a person or Meta has to resume it. */
  readonly waiting: {
    readonly reason: BulkWaitingReason;
    readonly until: Date | null;
    readonly message: string | null;
  } | null;
  readonly errors: readonly BulkFailure[];
  /** The answer when it was accepted. */
  readonly acceptance: BulkAcceptance;
  /** The API key that asked for it. */
  readonly createdBy: { readonly id: number; readonly name: string | null } | null;
  readonly scheduledAt: Date | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly completedAt: Date | null;
}
