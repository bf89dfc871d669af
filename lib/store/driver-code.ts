import type { QueryFailedError } from 'typeorm';
import { isErrorNamed } from '../foreign-errors.js';

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
