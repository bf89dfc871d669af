import { types, toUSVString } from 'node:util';
import { Column, type ColumnOptions, type FindOperator, PrimaryColumn, type ValueTransformer } from 'typeorm';

const numberTransformer: ValueTransformer = {
  to: (value: unknown) => value,
  // Postgres and MySQL drivers hand 64-bit integers over as strings.
  from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
};

const dateTransformer: ValueTransformer = {
  to: (value: unknown) => {
    // TypeORM 0.3 hands the conditions of updates and deletes over whole.
    if (isFindOperator(value)) value.transformValue(dateTransformer);
    return types.isDate(value) ? value.getTime() : value;
  },
  from: (value: unknown) => (value === null || value === undefined ? value : new Date(Number(value))),
};

/** Whatever copy of TypeORM made it. */
const isFindOperator = (value: unknown): value is Pick<FindOperator<unknown>, 'transformValue'> =>
  typeof value === 'object' &&
  value !== null &&
  'transformValue' in value &&
  typeof value.transformValue === 'function';

/** A 64-bit row id that the module assigns itself; see `RowIds`. */
export const RowIdColumn = (): PropertyDecorator =>
  PrimaryColumn({ name: 'id', type: 'bigint', transformer: numberTransformer });

/** A 64-bit integer, a number in TypeScript. */
export const BigIntColumn = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, name, type: 'bigint', transformer: numberTransformer });

/**
 * A moment in UTC with milliseconds, stored as epoch milliseconds:
 * a `timestamp` would shift with the zone of the process or of the session.
 */
export const DateColumn = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, name, type: 'bigint', transformer: dateTransformer });

/** A short text of at most `length` characters. */
export const StringColumn = (name: string, length: number, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, name, type: 'varchar', length: String(length) });

/** A text of any length. */
export const TextColumn = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, name, type: 'text' });

/** A JSON value, stored as text. */
export const JsonColumn = (name: string, options: ColumnOptions = {}): PropertyDecorator =>
  Column({ ...options, name, type: 'simple-json' });

/** What cutting leaves of a character that needs two units. */
const HALF_CHARACTER = /[\uD800-\uDBFF]$/;

/**
 * A text of someone else's as a column takes it: well-formed, without the null character, which Postgres refuses, and not
 * longer than the column. One that could not be stored would keep the rest of its row from being stored, and one that is
 * read differently from how it was written would seem new for ever.
 */
export function truncateForColumn<Text extends string | null>(text: Text, longest: number): Text | string {
  if (text === null) return text;
  return toUSVString(text.replaceAll('\0', '')).slice(0, longest).replace(HALF_CHARACTER, '');
}
