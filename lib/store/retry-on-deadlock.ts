import { setTimeout } from 'node:timers/promises';
import { driverCodeOf } from './driver-code.js';

const DEADLOCKS: ReadonlySet<unknown> = new Set([
  'ER_LOCK_DEADLOCK', // MySQL, MariaDB; their serialization failures, too
  '40P01', // Postgres: deadlock_detected
  '40001', // Postgres: serialization_failure
]);

const MAX_ATTEMPTS = 8;
const LONGEST_FIRST_PAUSE_MS = 4;

/**
 * Runs one statement, or one transaction, again when the database picked it as the victim of a deadlock or could not
 * order it among others: it was rolled back whole, and the one it stood in the way of is soon through.
 */
export async function retryOnDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === MAX_ATTEMPTS || !DEADLOCKS.has(driverCodeOf(error))) throw error;
      // By chance, or those that met would meet again.
      await setTimeout(Math.random() * LONGEST_FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}
