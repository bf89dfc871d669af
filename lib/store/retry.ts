import { setTimeout } from 'node:timers/promises';
import { isUniqueViolation, driverCodeOf } from './driver-errors.js';

export interface RetryOptions {
  /** Attempts in all, the first one included. */
  readonly attempts: number;
  /** Which errors are worth another attempt. */
  readonly when: (error: unknown) => boolean;
  /** Milliseconds before the next attempt, after so many failed ones and the last one's error; none by default. */
  readonly delay?: (failures: number, error: unknown) => number;
}

/**
 * Tries something until it succeeds.
 * @throws the last error, when it is not worth another attempt or no attempt is left
 */
export async function retry<Result>(
  work: () => Promise<Result>,
  { attempts, when, delay }: RetryOptions,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === attempts || !when(error)) throw error;
      if (delay) await setTimeout(delay(attempt, error));
    }
  }
}

/** Others changed the same rows meanwhile: the work begins from its start, with what they made of them. */
export class ConcurrentChangeError extends Error {
  override readonly name = 'ConcurrentChangeError';
}

/** Others who make, merge or erase the same rows are done after a try or two. */
const CONFLICT_ATTEMPTS = 10;

/** Tries again what failed with a {@link ConcurrentChangeError} or because others have just inserted the same row. */
export const retryOnConflict = <Result>(work: () => Promise<Result>): Promise<Result> =>
  retry(work, {
    attempts: CONFLICT_ATTEMPTS,
    when: (error) => error instanceof ConcurrentChangeError || isUniqueViolation(error),
  });

const DEADLOCKS: ReadonlySet<unknown> = new Set([
  'ER_LOCK_DEADLOCK', // MySQL, MariaDB; their serialization failures, too
  '40P01', // Postgres: deadlock_detected
  '40001', // Postgres: serialization_failure
]);

const MAX_ATTEMPTS = 8;
const LONGEST_FIRST_PAUSE_MS = 4;

/**
 * Runs one statement, or one transaction, again when the database picked it as the victim of a deadlock or could not
 * order it among others: it was rolled back whole, and the one it blocked is soon done.
 */
export const retryOnDeadlock = <Result>(work: () => Promise<Result>): Promise<Result> =>
  retry(work, {
    attempts: MAX_ATTEMPTS,
    when: (error) => DEADLOCKS.has(driverCodeOf(error)),
    // By chance, or those that met would meet again.
    delay: (failures) => Math.random() * LONGEST_FIRST_PAUSE_MS * 2 ** (failures - 1),
  });
