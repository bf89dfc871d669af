import type { MarketingSettings } from '../messages/marketing-routes.js';

/** How bulk sends are sent. */
export interface BulkOptions {
  /** Throughput of every phone number in messages per second, instead of what its level at Meta says. */
  readonly messagesPerSecond: number | undefined;
  /** How marketing templates are sent where a bulk send does not say. */
  readonly marketing: MarketingSettings;
  /** Whether this process sends, or only accepts. */
  readonly workers: boolean;
  /** How many failures in a row, all with one error, pause a bulk send. */
  readonly pauseAfterFailures: number;
  /** Calls of Meta that may be under way at once in this process. */
  readonly concurrency: number;
  /** How long one call of Meta may take, in ms; a row that is `sending` for longer was left behind. */
  readonly callTimeout: number;
  /** How long an `unconfirmed` message waits for proof before it fails as `OUTCOME_UNKNOWN`, in ms. */
  readonly unconfirmedAfter: number;
}

export const BULK_OPTIONS = Symbol('BULK_OPTIONS');
