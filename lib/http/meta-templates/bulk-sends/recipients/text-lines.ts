import { LARGEST_LINE } from './line-limits.js';

/** A line as it came, without the line feed at its end. */
export interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Undefined when there are more than `LARGEST_LINE` of them. */
  readonly bytes: Uint8Array | undefined;
}

const LINE_FEED = 0x0a;

/** Lines as they come; no more of them is held than the largest one that is allowed. */
export async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine> {
  let number = 1;
  let pieces: Uint8Array[] = [];
  let length = 0;
  const add = (piece: Uint8Array) => {
    length += piece.length;
    if (length > LARGEST_LINE) pieces = [];
    else pieces.push(piece);
  };
  const takeLine = (): TextLine => {
    const line = { number, bytes: length > LARGEST_LINE ? undefined : Buffer.concat(pieces) };
    number += 1;
    pieces = [];
    length = 0;
    return line;
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      add(chunk.subarray(start, end));
      start = end + 1;
      yield takeLine();
    }
    add(chunk.subarray(start));
  }
  if (length > 0) yield takeLine();
}
