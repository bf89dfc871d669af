import { parse, type Parser } from 'csv-parse';
import { csvTextOf } from './csv-text.js';
import { LARGEST_LINE, LARGEST_LINE_IN_WORDS } from './line-limits.js';

export interface CsvRow {
  /** The line that it begins on, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** From here on nobody can tell where a row ends. */
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
  const parser = parse({
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
  // It is told to whoever writes; without a listener it would end the process.
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
