import { driverCodeOf } from './driver-code.js';

const DEADLOCKS: ReadonlySet<unknown> = new Set([
  'ER_LOCK_DEADLOCK', // MySQL, MariaDB
  '40P01', // Postgres: deadlock_detected
]);

const TRIES = 5;

/**
 * Runs one statement again when the database picked it as the victim of a deadlock: it was rolled back whole, and the
 * one it stood in the way of is through by then.
 */
export async function retryOnDeadlock<T>(statement: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await statement();
    } catch (error) {
      if (tries === TRIES || !DEADLOCKS.has(driverCodeOf(error))) throw error;
    }
  }
}
