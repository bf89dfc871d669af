import type { RecordedMessage } from '../records/records.js';

/**
 * A step of an accepted message that Meta reports by webhook.
 *
 * @publicApi
 */
export type WebhookStatus = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

/**
 * A message failed after it was accepted.
 *
 * @publicApi
 */
export interface FailedStep {
  /** Distinguishes it from the other steps. */
  readonly status: 'failed';
  /** Meta's code, such as 131026. */
  readonly code: number;
  /** `error_data.details`; by default Meta's title for the code. */
  readonly details?: string;
}

/**
 * A step, with the error where it is a failure.
 *
 * @publicApi
 */
export type WebhookStep = Exclude<WebhookStatus, 'failed'> | FailedStep;

/**
 * Where the stand-in posts webhooks, and which. See Meta's page "Webhooks".
 *
 * @publicApi
 */
export interface WebhookOptions {
  /**
   * The app's callback. The override of a phone number or of its account goes first, where one is set, but for what is about
   * accounts and templates.
   */
  readonly url: string;
  /** The steps of accepted messages in their order, the same for all or by message; by default `sent`, `delivered`, `read`. */
  readonly statuses?: readonly WebhookStep[] | ((message: RecordedMessage) => readonly WebhookStep[]);
  /**
   * Which statuses carry `pricing`, the same for all or by message; by default the first one that is no failure. Meta's
   * pages say "`sent`, and one of `delivered` and `read`", and show others.
   */
  readonly pricedStatuses?: readonly WebhookStatus[] | ((message: RecordedMessage) => readonly WebhookStatus[]);
  /** How long a step takes, in milliseconds of real time whatever the server's clock; by default 0. */
  readonly delayMs?: number | (() => number);
  /** How many updates one POST has at most, as far as they have gathered; by default 100. Meta's own bound is 1,000. */
  readonly batchSize?: number;
  /** The share of the updates that are posted twice, as Meta may do: from 0, the default, to 1. */
  readonly doubled?: number;
  /** Whether updates are taken in any order from those that have gathered; Meta promises none. By default false. */
  readonly shuffled?: boolean;
  /** What `doubled` and `shuffled` are decided by, from 0 to below 1; by default `Math.random`. */
  readonly random?: () => number;
  /**
   * How long to wait before each further try of a POST that was not answered with 200, in milliseconds of real time; by
   * default 100, 500 and 2,000. After the last one it is dropped, whereas Meta goes on for days.
   */
  readonly retryAfterMs?: readonly number[];
}

/**
 * The outcomes of the updates since `webhooks` was set or the last `clear()`; one that is doubled counts twice.
 *
 * @publicApi
 */
export interface WebhookCounts {
  /** Due, and neither delivered nor dropped yet. */
  readonly pending: number;
  /** Answered with 200. */
  readonly delivered: number;
  /** Given up after the last try. */
  readonly dropped: number;
  /** How many messages have taken each step, whether the webhook that reports it arrived or not. */
  readonly steps: Readonly<Partial<Record<WebhookStatus, number>>>;
}
