import { driverCodeOf } from './driver-errors.js';
import { retry } from './retry.js';

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
