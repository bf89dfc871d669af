import { codeOf, isError, messageOf } from '../foreign-errors.js';

/** Why `fetch` failed: its own message says nothing, the cause does. */
export function causeOf(error: unknown): string {
  const cause = isError(error) && isError(error.cause) ? error.cause : error;
  return codeOf(cause) ?? (messageOf(cause) || 'the connection failed');
}
