/** The module's options for callbacks. */
export interface CallbackOptions {
  /** Which addresses are called: https on the public Internet, or any. */
  readonly callbackUrls: 'public' | 'any';
  /** Milliseconds in which a callback has to be answered. */
  readonly callbackTimeout: number;
  /** Milliseconds before the second try, the third and so on; after the last one a delivery has failed. */
  readonly callbackRetryDelays: readonly number[];
  /** 32 bytes each, in base64; the first encrypts, all decrypt. */
  readonly encryptionKeys: readonly string[];
}

export const CALLBACK_OPTIONS = Symbol('CALLBACK_OPTIONS');

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds in which a callback has to be answered unless the options say otherwise. */
export const DEFAULT_CALLBACK_TIMEOUT = 10 * SECOND;

/** A day, all in all. */
export const DEFAULT_CALLBACK_RETRY_DELAYS: readonly number[] = [
  10 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  8 * HOUR,
];

/** Failures in a row, of whichever deliveries, after which a target is let rest; one odd delivery among others does not count. */
export const FAILURES_BEFORE_REST = 5;

/** A target rests at most so many times as long as the first retry waits. */
const LONGEST_REST = 30;

/** However soon deliveries have failed that are tried, those that never were wait an hour for a target to come back. */
const SHORTEST_PATIENCE = 60 * 60 * 1_000;

/** Retries wait up to so much longer, by chance, so that what failed together does not come back together. */
const SPREAD = 0.2;

/**
 * Milliseconds until the next try.
 * @param attempts so far, at least 1
 * @returns undefined when that was the last one
 */
export function retryDelay(
  delays: readonly number[],
  attempts: number,
  random: () => number = Math.random,
): number | undefined {
  const delay = delays[attempts - 1];
  return delay === undefined ? undefined : Math.round(delay * (1 + SPREAD * random()));
}

/**
 * Milliseconds for which a target rests after a failure: half as long as it has been failing, so that one that is down for
 * a moment is soon back, and one that is gone is hardly asked.
 * @param failures in a row
 * @param failingFor ms since the first of them
 * @returns 0 when it need not rest
 */
export function restAfter(delays: readonly number[], failures: number, failingFor: number): number {
  const [shortest = 1_000] = delays;
  if (failures < FAILURES_BEFORE_REST) return 0;
  return Math.min(Math.max(failingFor / 2, shortest), shortest * LONGEST_REST);
}

/** Milliseconds for which a delivery may wait for a target that takes nothing, before it has failed without a try. */
export const patienceOf = (delays: readonly number[]): number =>
  Math.max(
    delays.reduce((sum, delay) => sum + delay, 0),
    SHORTEST_PATIENCE,
  );
