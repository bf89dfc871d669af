/** How long things are kept, in ms; what is left out is kept for good. */
export interface RetentionOptions {
  /** What was said: contents of messages, from their creation on. Rows, statuses and counters stay. */
  readonly messageContents?: number | undefined;
  /** Items of webhooks that could not be applied. */
  readonly webhookItems?: number | undefined;
}

export const RETENTION_OPTIONS = Symbol('RETENTION_OPTIONS');
