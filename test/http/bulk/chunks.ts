import * as fc from 'fast-check';

/** A body that arrives in these pieces. */
export async function* arriving(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece);
}

/** Any way to cut that many bytes into pieces, as lengths of all but the last. */
export const cuts = (): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 });

export function cut(text: string, lengths: readonly number[]): Uint8Array[] {
  const bytes = Buffer.from(text);
  let start = 0;
  const pieces = lengths.map((length) => bytes.subarray(start, (start += length)));
  return [...pieces, bytes.subarray(start)];
}

export async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
