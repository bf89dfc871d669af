/** A step of an accepted message that Meta tells by webhook. */
export type WebhookStatus = 'sent' | 'delivered' | 'read';

/** Where the stand-in posts status webhooks, and which. See Meta's page "Webhooks". */
export interface WebhookOptions {
  /** The app's callback. The override of a phone number or of its account goes first, where one is set. */
  readonly url: string;
  /** The steps of every accepted message, in their order; by default `sent`, `delivered` and `read`. */
  readonly statuses?: readonly WebhookStatus[];
  /** How long each step takes, in milliseconds of real time whatever the server's clock; by default 0. */
  readonly delayMs?: number;
  /** How many statuses one POST has at most, as far as they have gathered; by default 100. Meta's own bound is 1,000. */
  readonly batchSize?: number;
  /**
   * How long to wait before each further try of a POST that was not answered with 200, in milliseconds of real time; by
   * default 100, 500 and 2,000. After the last one it is dropped, whereas Meta goes on for days.
   */
  readonly retryAfterMs?: readonly number[];
}

/** What became of the statuses since `webhooks` was set or the last `clear()`. */
export interface WebhookCounts {
  /** Due, and neither delivered nor dropped yet. */
  readonly pending: number;
  /** Answered with 200. */
  readonly delivered: number;
  /** Given up after the last try. */
  readonly dropped: number;
}
