/**
 * A text of somebody else's as a column takes it: without the null character, which Postgres refuses, and not longer than
 * the column. One that could not be stored would keep what stands beside it from being stored.
 */
export function storable<Text extends string | null>(text: Text, longest: number): Text | string {
  return text === null ? text : text.replaceAll('\0', '').slice(0, longest);
}
