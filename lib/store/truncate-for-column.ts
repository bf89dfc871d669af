import { toUSVString } from 'node:util';

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
