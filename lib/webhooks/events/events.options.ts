/** How events reach what the host has decorated. */
export interface EventsOptions {
  /**
   * `process` (the default): once, in the process that took the webhook; what is under way when that is killed is lost.
   * `queue`: by jobs in the Redis of the Bull queue, at least once, and again for about an hour while a handler throws. For hosts
   * that must not lose one; the handlers must then be in every process that takes webhooks and in those with `workers`.
   */
  readonly delivery?: 'process' | 'queue' | undefined;
}
