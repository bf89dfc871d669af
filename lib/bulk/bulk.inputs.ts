import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { CostEstimate } from '../costs/cost.view.js';
import type { ValidationProblem } from '../errors.js';
import type { IdempotencyInput } from '../messages/idempotency-key.js';
import type { MarketingSettings } from '../messages/marketing-routes.js';
import type { MessageStatus } from '../messages/message.entity.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';
import type { BulkQuota, BulkSendStatus } from './bulk-send.js';

/**
 * One recipient of a bulk send, with the values of the template's variables.
 *
 * @publicApi
 */
export interface BulkRecipient extends TemplateVariables {
  /** The recipient's number with country code, such as `+5491112345678`, or Meta's business-scoped user id. */
  readonly phone: string;
}

/**
 * A recipient that could not even be read: a line that is no JSON, say. It counts as one that is wrong.
 *
 * @publicApi
 */
export interface UnreadableRecipient {
  /** What is wrong with it, in a sentence for people. */
  readonly unreadable: string;
}

/**
 * Recipients in order, at hand or as they come.
 *
 * @publicApi
 */
export type BulkRecipients =
  Iterable<BulkRecipient | UnreadableRecipient> | AsyncIterable<BulkRecipient | UnreadableRecipient>;

/**
 * One template for many people.
 *
 * @publicApi
 */
export interface CreateBulkSendInput extends InWorkspace, MarketingSettings {
  /** Name of the template. */
  readonly template: string;
  /** Language of the template, such as `es` or `en_US`. */
  readonly language: string;
  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
  /** Read once, in order; memory does not grow with what an iterator yields. Of those to one person the first is kept. */
  readonly recipients: BulkRecipients;
  /** A name for people. */
  readonly name?: string;
  /** When to begin; at once when left out. A text is ISO 8601. */
  readonly scheduledAt?: Date | string;
  /** What to do when the messaging limit does not suffice: send as it frees (`defer`, the default), or refuse. */
  readonly onQuotaExceeded?: 'defer' | 'reject';
  /**
   * What its messages may cost in all, in the currency of the account: a decimal in a string, such as `250.00`. When that is
   * spent it pauses until `CostsService.setBudget` raises it. Without limit when left out.
   */
  readonly budget?: string;
  /** Most recipients to take, doubles included; without limit when left out. */
  readonly maxRecipients?: number;
  /** As in `SendTemplateInput`; the body counts with every recipient of it. */
  readonly idempotency?: string | IdempotencyInput;
  /** Row id of the API key that asks. */
  readonly apiKeyId?: number;
  /** Name of that key. */
  readonly apiKeyName?: string;
}

/**
 * What a bulk send would do.
 *
 * @publicApi
 */
export interface BulkDryRun {
  /** Recipients given, doubles included. */
  readonly totalRecipients: number;
  /** Recipients that would get a message each. */
  readonly uniqueRecipients: number;
  /** Recipients given with a problem, or several. */
  readonly invalidRecipients: number;
  /** Of the unique ones, those who get nothing after all: they are blocked, or opted out of marketing. */
  readonly refusedRecipients: number;
  /** The first of the problems, each with its path: `recipients[7].variables.name`. */
  readonly problems: readonly ValidationProblem[];
  /** How many problems there are beyond those. */
  readonly furtherProblems: number;
  /** What it would need of the messaging limit, and what is left. */
  readonly quota: BulkQuota;
  /** Minutes that sending would take, with the wait for quota. */
  readonly estimatedMinutes: number;
  /** What the messages would cost if all were delivered; null without a rate card. */
  readonly cost: CostEstimate | null;
  /** What Meta would get for the first recipients. One-time codes are masked. */
  readonly payloads: readonly object[];
}

/**
 * Which bulk sends to list, newest first.
 *
 * @publicApi
 */
export interface ListBulkSends extends InWorkspace {
  /** Only those in this state. */
  readonly status?: BulkSendStatus;
  /** Name of the template, or its row id, as a number or in digits. */
  readonly template?: string | number;
  /** Only those from this number: Meta's id of it. */
  readonly phoneNumberId?: string | undefined;
  /** Created at this moment or later. */
  readonly createdAfter?: Date;
  /** Created before this moment. */
  readonly createdBefore?: Date;
  /** From 1. */
  readonly page?: number;
  /** 1 to 100; 20 when left out. */
  readonly pageSize?: number;
}

/**
 * Which messages of a bulk send to list, in the order of its recipients.
 *
 * @publicApi
 */
export interface ListBulkMessages extends InWorkspace {
  /** Only those with this status. */
  readonly status?: MessageStatus;
  /** From 1. */
  readonly page?: number;
  /** 1 to 100; 20 when left out. */
  readonly pageSize?: number;
}

/**
 * A page of a list.
 *
 * @publicApi
 */
export interface BulkPage<T> {
  /** The items of this page, in order. */
  readonly items: readonly T[];
  /** Of all pages. */
  readonly total: number;
}

/**
 * Which failed messages to try again.
 *
 * @publicApi
 */
export interface RetryBulkSend extends InWorkspace {
  /** Also those with an unknown outcome: their recipients may then get the message twice. */
  readonly includeUnknown?: boolean;
}
