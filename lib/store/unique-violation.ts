import { driverCodeOf } from './driver-code.js';

const CODES: ReadonlySet<unknown> = new Set([
  '23505', // Postgres: unique_violation
  'ER_DUP_ENTRY', // MySQL, MariaDB
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** Whether a statement failed because a row with the same unique value exists. */
export const isUniqueViolation = (error: unknown): boolean => CODES.has(driverCodeOf(error));
