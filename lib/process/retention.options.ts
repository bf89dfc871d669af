/** How long things are kept, in ms; what is left out is kept for good. */
export interface RetentionOptions {
  /** What was said: contents of messages, from their creation on. Rows, statuses and counters stay. */
  readonly messageContents?: number | undefined;
  /** Items of webhooks that could not be applied. */
  readonly webhookItems?: number | undefined;
  /** Deliveries of callbacks that came through, 7 days unless said otherwise; those that failed stay 23 days longer. */
  readonly callbackDeliveries?: number | undefined;
}

export const RETENTION_OPTIONS = Symbol('RETENTION_OPTIONS');
