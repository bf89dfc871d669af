import { WhatsAppError } from '../errors.js';
import { isError, isErrorNamed } from '../foreign-errors.js';
import { OpenTransactionError } from './shared-sqlite.js';
import type { QueryFailedError } from 'typeorm';

/** Connection, rollback, resources, locks, operator intervention, system and internal errors, and a server that only reads. */
const POSTGRES = /^(?:08|25|40|53|55|57|58|XX)[0-9A-Z]{3}$/;

const MARIADB: ReadonlySet<string> = new Set([
  'ER_LOCK_DEADLOCK',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
  'ER_USER_LIMIT_REACHED',
  'ER_SERVER_SHUTDOWN',
  'ER_CONNECTION_KILLED',
  'ER_NEW_ABORTING_CONNECTION',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION',
  'ER_QUERY_INTERRUPTED',
  'ER_QUERY_TIMEOUT',
  'ER_STATEMENT_TIMEOUT',
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_OUTOFMEMORY',
  'ER_OUT_OF_RESOURCES',
]);

const SQLITE = /^SQLITE_(?:BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|NOMEM|PROTOCOL|INTERRUPT)/;

/**
 * Whether an error is the database's state of the moment, so that the same may work later: it cannot be reached, is busy, full
 * or about to end. It is not when the database refused what it was given, and when the program went wrong by itself.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  if (error instanceof OpenTransactionError) return true;
  if (!isQueryFailedError(error)) return !isProgramError(error) && isOfConnection(error);
  if (isProgramError(error.driverError)) return false;
  const code = driverCodeOf(error);
  // A server that refuses something says which by a code; without one it was the connection.
  if (typeof code !== 'string') return true;
  if (code.startsWith('ER_')) return MARIADB.has(code);
  if (code.startsWith('SQLITE_')) return SQLITE.test(code);
  return POSTGRES.test(code) || !/^[0-9A-Z]{5}$/.test(code);
}

const isProgramError = (error: unknown): boolean =>
  error instanceof WhatsAppError || isErrorNamed(error, ['TypeORMError', 'TypeError', 'RangeError', 'SyntaxError']);

/** What drivers throw before there is a statement: by a code, or, of their pools, in words alone. */
const isOfConnection = (error: unknown): boolean =>
  isError(error) && ('code' in error || /connect|pool|queue limit/i.test(error.message));

/** Whether a statement failed, by whatever copy of TypeORM. */
export function isQueryFailedError(error: unknown): error is QueryFailedError {
  return isErrorNamed(error, ['QueryFailedError']) && 'driverError' in error;
}

/** The database driver's own code of a failed statement, such as `23505` or `ER_DUP_ENTRY`. */
export function driverCodeOf(error: unknown): unknown {
  if (!isQueryFailedError(error)) return undefined;
  const driverError: unknown = error.driverError;
  return typeof driverError === 'object' && driverError !== null && 'code' in driverError
    ? driverError.code
    : undefined;
}

const CODES: ReadonlySet<unknown> = new Set([
  '23505', // Postgres: unique_violation
  'ER_DUP_ENTRY', // MySQL, MariaDB
  'SQLITE_CONSTRAINT_UNIQUE',
  'SQLITE_CONSTRAINT_PRIMARYKEY',
]);

/** Whether a statement failed because a row with the same unique value exists. */
export const isUniqueViolation = (error: unknown): boolean => CODES.has(driverCodeOf(error));
