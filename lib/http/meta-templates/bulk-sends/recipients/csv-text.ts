import { TextDecoder } from 'node:util';

/** A CSV text in UTF-8, and the delimiter of its cells. */
export interface CsvText {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly delimiter: string;
  /** The line that `bytes` begin with, from 1. */
  readonly line: number;
}

/** Spreadsheets write the character of the country that they are set to. */
const DELIMITERS = [',', ';', '\t'];

/** Bytes within which the first line must have begun and ended. */
const MOST_LOOKED_AT = 64 * 1024;

/**
 * Reads the CSV of a spreadsheet: UTF-16 becomes UTF-8, and the first line shows the delimiter, by the most frequent character
 * outside quotes, or in words: `sep=;`.
 */
export async function csvTextOf(chunks: AsyncIterable<Uint8Array>): Promise<CsvText> {
  const iterator = inUtf8(chunks)[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  let firstLine = firstLineOf(head);
  while (firstLine === undefined && head.length < MOST_LOOKED_AT) {
    const next = await iterator.next();
    if (next.done) break;
    head = Buffer.concat([head, next.value]);
    firstLine = firstLineOf(head);
  }
  const line = firstLine ?? head.toString('utf8');
  const [told, named] = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)$/i.exec(line) ?? [];
  const rest = told === undefined ? head : head.subarray(Buffer.byteLength(told));
  return { bytes: joined(rest, iterator), delimiter: named ?? delimiterOf(line), line: told === undefined ? 1 : 2 };
}

/** The first line with anything in it, its end included; undefined while it has not ended. */
function firstLineOf(head: Buffer): string | undefined {
  const text = head.toString('utf8');
  return /^\s*?[^\r\n]*\S[^\r\n]*(?:\r\n|\n|\r(?=[^\n]))/.exec(text)?.[0];
}

function delimiterOf(line: string): string {
  const outsideQuotes = line.replaceAll(/"[^"]*"/g, '');
  const counts = DELIMITERS.map((delimiter) => outsideQuotes.split(delimiter).length);
  return DELIMITERS[counts.indexOf(counts.reduce((most, count) => Math.max(most, count), 0))] ?? ',';
}

async function* joined(head: Uint8Array, rest: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

/** Texts that begin with the mark of UTF-16 are decoded; all others are taken for UTF-8. */
async function* inUtf8(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let begun = Buffer.alloc(0);
  let decoder: TextDecoder | undefined;
  let isDecided = false;
  for await (const chunk of chunks) {
    let bytes: Uint8Array = chunk;
    if (!isDecided) {
      begun = Buffer.concat([begun, chunk]);
      if (begun.length < 2) continue;
      isDecided = true;
      const encoding = UTF_16.get(begun.readUInt16BE(0));
      decoder = encoding === undefined ? undefined : new TextDecoder(encoding);
      bytes = begun;
    }
    yield decoder ? Buffer.from(decoder.decode(bytes, { stream: true })) : bytes;
  }
  if (decoder) yield Buffer.from(decoder.decode());
  else if (!isDecided) yield begun;
}

const UTF_16: ReadonlyMap<number, string> = new Map([
  [0xfffe, 'utf-16le'],
  [0xfeff, 'utf-16be'],
]);
