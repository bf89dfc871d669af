/**
 * Errors of Node, drivers and other packages are recognised by shape. `instanceof` knows the classes of one realm and one copy of
 * a package alone: under Jest every error of Node's own is an instance of another `Error`, and a monorepo may hold TypeORM twice.
 */

/** Whether a value is an error, of whatever realm. */
export function isError(value: unknown): value is Error {
  return (
    typeof value === 'object' &&
    value !== null &&
    'message' in value &&
    typeof value.message === 'string' &&
    'name' in value &&
    typeof value.name === 'string'
  );
}

/** Whether an error is of a class, or of one derived from it, in whatever copy of the class's package. */
export function isErrorNamed(value: unknown, names: readonly string[]): value is Error {
  if (!isError(value)) return false;
  if (names.includes(value.name)) return true;
  for (let prototype: unknown = value; isNonNull(prototype); prototype = Object.getPrototypeOf(prototype)) {
    if (typeof prototype.constructor === 'function' && names.includes(prototype.constructor.name)) return true;
  }
  return false;
}

const isNonNull = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What was thrown, in words: the message of an error, else the value as text. */
export function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

/** Code of an error of the system's, a driver's or undici's, such as `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  return isError(error) && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Why `fetch` failed: its own message says nothing, the cause does. */
export function causeOf(error: unknown): string {
  const cause = isError(error) && isError(error.cause) ? error.cause : error;
  return codeOf(cause) ?? (messageOf(cause) || 'the connection failed');
}
