import { QueryFailedError } from 'typeorm';

const CODES: ReadonlySet<unknown> = new Set([
  '23505', // Postgres: unique_violation
  'ER_DUP_ENTRY', // MySQL, MariaDB
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** Whether a statement failed because a row with the same unique value exists. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const driverError: object = error.driverError;
  return 'code' in driverError && CODES.has(driverError.code);
}
