import { TextDecoder } from 'node:util';
import type { Parser } from 'csv-parse';
import { csvParse } from '../../../../lazy-packages.js';
import { ValidationError } from '../../../../errors.js';

export interface CsvRow {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The end of a row cannot be found from here on. */
export class UnreadableCsvError extends Error {}

/** As much as is parsed at a time: rows that are parsed and not yet taken are held in memory. */
const SLICE = 16 * 1024;

/**
 * The rows of a CSV text as they come: commas, semicolons or tabs between cells, quotes around those that need them, any kind of line end,
 * with or without a byte order mark.
 * @throws UnreadableCsvError with the line, after every row before it
 */
export async function* csvRows(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow> {
  const { bytes: text, delimiter, line: firstLine } = await csvTextOf(chunks);
  let rows: CsvRow[] = [];
  let line = firstLine;
  let written = 0;
  let taken = 0;
  const assertSize = (end: number) => {
    if (end - taken > LARGEST_LINE)
      throw new UnreadableCsvError(`line ${line} begins a row over ${LARGEST_LINE_IN_WORDS}`);
  };
  const parser = csvParse().parse({
    bom: true,
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    max_record_size: 0, // It does not count the commas: `assertSize` does.
    on_record: (cells: readonly string[], { bytes }) => {
      assertSize(bytes);
      rows.push({ line, cells });
      line += linesOf(cells);
      taken = bytes;
      return null;
    },
  });
  // The writer gets the error; without a listener it would end the process.
  parser.on('error', () => {});

  try {
    for await (const slice of slices(text)) {
      const error = await write(parser, slice);
      written += slice.length;
      yield* rows;
      rows = [];
      if (error) throw describe(error, line);
      assertSize(written);
    }
    const error = await finish(parser);
    yield* rows;
    if (error) throw describe(error, line);
  } finally {
    parser.destroy();
  }
}

async function* slices(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let start = 0; start < chunk.length; start += SLICE) yield chunk.subarray(start, start + SLICE);
  }
}

function write(parser: Parser, slice: Uint8Array): Promise<Error | undefined> {
  return new Promise((resolve) => {
    parser.write(slice, (error) => resolve(error ?? undefined));
  });
}

function finish(parser: Parser): Promise<Error | undefined> {
  return new Promise((resolve) => {
    parser.once('error', resolve);
    parser.once('finish', () => resolve(undefined));
    parser.end();
  });
}

function describe(error: Error, line: number): Error {
  switch ('code' in error ? error.code : undefined) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new UnreadableCsvError(`line ${line} begins a row with a quote that is never closed`);
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
      return new UnreadableCsvError(
        `line ${line} begins a row with a quote inside a cell; put that cell in quotes and write its own quotes twice`,
      );
    default:
      return error;
  }
}

/** How many lines a row takes: quoted cells may have line ends of their own. */
function linesOf(cells: readonly string[]): number {
  let lines = 1;
  for (const cell of cells) lines += cell.match(/\r\n|\n|\r/g)?.length ?? 0;
  return lines;
}

/** A CSV text in UTF-8, and the delimiter of its cells. */
interface CsvText {
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
async function csvTextOf(chunks: AsyncIterable<Uint8Array>): Promise<CsvText> {
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
  const [directive, named] = /^\uFEFF?sep=(.)(?:\r\n|\n|\r)$/i.exec(line) ?? [];
  const rest = directive === undefined ? head : head.subarray(Buffer.byteLength(directive));
  return {
    bytes: joined(rest, iterator),
    delimiter: named ?? delimiterOf(line),
    line: directive === undefined ? 1 : 2,
  };
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

/** What decoding puts in place of bytes that are no UTF-8. */
export const REPLACEMENT_CHARACTER = '\uFFFD';

/** Most bytes of one recipient in CSV or NDJSON: more than Meta takes of any template's values. */
export const LARGEST_LINE = 256 * 1024;

/** The same, for the texts of problems. */
export const LARGEST_LINE_IN_WORDS = '256 KB';

/** More than the empty rows that spreadsheets leave below a list. */
const MOST_LINES = 10_000;
const MOST_BYTES = 1024 * 1024;

/** Counts the lines of a body that are skipped: a few compressed bytes are millions of them. */
export class BlankLines {
  #lines = 0;
  #bytes = 0;

  /** @throws ValidationError when there were too many */
  add(bytes: number): void {
    this.#lines += 1;
    this.#bytes += bytes;
    if (this.#lines <= MOST_LINES && this.#bytes <= MOST_BYTES) return;
    const message = `has more than ${MOST_LINES} blank lines, or more than 1 MB of them: leave them out.`;
    throw new ValidationError([{ path: 'body', message }]);
  }
}
