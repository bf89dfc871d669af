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
