import { QueryFailedError } from 'typeorm';

/** The database driver's own code of a failed statement, such as `23505` or `ER_DUP_ENTRY`. */
export function driverCodeOf(error: unknown): unknown {
  if (!(error instanceof QueryFailedError)) return undefined;
  const driverError: object = error.driverError;
  return 'code' in driverError ? driverError.code : undefined;
}
