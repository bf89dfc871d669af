/**
 * Whether a value can name something in the database: a text of at most `longest` characters without outer spaces, which
 * MariaDB would overlook in comparisons, and without the null character, which Postgres refuses.
 * Types alone bind no caller in JavaScript, and TypeORM 0.3 takes a condition without a value for no condition.
 */
export function isIdentifier(value: unknown, longest: number): value is string {
  return (
    typeof value === 'string' &&
    value !== '' &&
    value.length <= longest &&
    value.trim() === value &&
    !value.includes('\0')
  );
}

/** Whether a value can be a generated row id: the largest is the same on every database, and Postgres fails over a larger one. */
export const isRowId = (id: unknown): id is number =>
  typeof id === 'number' && Number.isSafeInteger(id) && id >= 1 && id < 2 ** 31;

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

export const isUuid = (id: unknown): id is string => typeof id === 'string' && UUID.test(id);
