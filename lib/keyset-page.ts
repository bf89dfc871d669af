import { ValidationError } from './errors.js';

/** Where a page of a list ended that is sorted by a time and, within it, by row id. */
export interface Position {
  readonly at: Date;
  /** Of a message, when it was learned of: within a second, that is the order. */
  readonly learnedAt?: Date;
  readonly id: number;
}

/** The position in a word that callers hand back. */
export function cursorOf({ at, learnedAt, id }: Position): string {
  const parts = [at.getTime(), id, ...(learnedAt ? [learnedAt.getTime()] : [])];
  return Buffer.from(parts.join('.')).toString('base64url');
}

/** @param path what the caller names it @throws ValidationError when it is no such word */
export function readCursor(cursor: string | undefined, path: string): Position | undefined {
  if (cursor === undefined) return undefined;
  const words = typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : '';
  const [, at, id, learnedAt] = /^(\d{1,15})\.(\d{1,16})(?:\.(\d{1,15}))?$/.exec(words) ?? [];
  if (at !== undefined && id !== undefined) {
    return { at: new Date(Number(at)), id: Number(id), ...(learnedAt && { learnedAt: new Date(Number(learnedAt)) }) };
  }
  throw new ValidationError([{ path, message: 'must be the cursor that came with the page before.' }]);
}

const DEFAULT_LIMIT = 50;

const LARGEST_LIMIT = 100;

/** @throws ValidationError */
export function pageLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw new ValidationError([{ path: 'limit', message: `must be a whole number from 1 to ${LARGEST_LIMIT}.` }]);
}
