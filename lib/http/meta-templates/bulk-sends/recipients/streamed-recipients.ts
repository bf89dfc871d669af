import type { BulkRecipients, BulkRecipient, UnreadableRecipient } from '../../../../bulk/bulk.inputs.js';
import type { ByteStream } from '../../../bodies/body.decorators.js';
import { DEEPEST_JSON, isDeeperThan } from '../../../../graph/json.js';
import {
  BlankLines,
  LARGEST_LINE_IN_WORDS,
  LARGEST_LINE,
  type CsvRow,
  csvRows,
  UnreadableCsvError,
  REPLACEMENT_CHARACTER,
} from './csv-rows.js';
import { isRecipientDto, RECIPIENT_EXAMPLE, toBulkRecipient } from './recipient.dto.js';
import { type ValidationProblem, ValidationError } from '../../../../errors.js';

export const CSV = 'text/csv';
export const NDJSON = 'application/x-ndjson';

/** The recipients of a body that is read as it comes. */
export function streamedRecipients({ type, bytes }: ByteStream): BulkRecipients {
  return type === CSV ? csvRecipients(bytes) : ndjsonRecipients(bytes);
}

/**
 * The recipients of an NDJSON body: a JSON object on each line, as `recipients` of a JSON body has them. Blank lines are
 * skipped, within bounds; one that cannot be read does not keep those after it from being read.
 */
export async function* ndjsonRecipients(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<BulkRecipient | UnreadableRecipient> {
  const blank = new BlankLines();
  for await (const lines of textLines(chunks)) {
    for (const line of lines) {
      const recipient = readLine(line);
      if (recipient) yield recipient;
      else blank.add(line.bytes?.byteLength ?? 0);
    }
  }
}

function readLine({ number, bytes }: TextLine): BulkRecipient | UnreadableRecipient | undefined {
  if (!bytes) return { unreadable: `line ${number} is over ${LARGEST_LINE_IN_WORDS}.` };
  const text = decode(bytes);
  if (text === undefined) return { unreadable: `line ${number} is not in UTF-8.` };
  if (text.trim() === '') return undefined;
  const value = parseLine(text);
  if (value === undefined) return { unreadable: `line ${number} is not well-formed JSON.` };
  if (!isRecipientDto(value)) return { unreadable: `line ${number} must be an object such as ${RECIPIENT_EXAMPLE}.` };
  if (isDeeperThan(value, DEEPEST_JSON)) {
    return { unreadable: `line ${number} nests deeper than ${DEEPEST_JSON} levels.` };
  }
  return toBulkRecipient(value);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line as it came, without the line feed at its end. */
interface TextLine {
  /** From 1. */
  readonly number: number;
  /** Undefined when there are more than `LARGEST_LINE` of them. */
  readonly bytes: Uint8Array | undefined;
}

const LINE_FEED = 0x0a;

/** Lines as they come, those of a chunk together; no more of one is held than the largest that is allowed. */
async function* textLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TextLine[]> {
  let number = 0;
  let begun: Uint8Array[] = [];
  let length = 0;
  const hold = (piece: Uint8Array) => {
    length += piece.length;
    if (length > LARGEST_LINE) begun = [];
    else begun.push(piece);
  };
  const endLine = (end: Uint8Array): TextLine => {
    number += 1;
    if (length === 0) return { number, bytes: end.length > LARGEST_LINE ? undefined : end };
    hold(end);
    const line = { number, bytes: length > LARGEST_LINE ? undefined : Buffer.concat(begun) };
    begun = [];
    length = 0;
    return line;
  };

  for await (const chunk of chunks) {
    const lines: TextLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      lines.push(endLine(chunk.subarray(start, end)));
      start = end + 1;
    }
    hold(chunk.subarray(start));
    yield lines;
  }
  if (length > 0) yield [endLine(new Uint8Array())];
}

/**
 * The recipients of a CSV body. Its first row names the columns: `phone`, the template's variables, and `button_0` … for
 * its buttons. An empty cell gives no value; a row of them is skipped, within bounds.
 * @throws ValidationError when the first row names no columns
 */
export async function* csvRecipients(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<BulkRecipient | UnreadableRecipient> {
  let columns: readonly CsvColumn[] | undefined;
  const blank = new BlankLines();
  try {
    for await (const row of csvRows(chunks)) {
      if (row.cells.every((cell) => cell === '')) blank.add(row.cells.length);
      else if (columns) yield toRecipient(row, columns);
      else columns = readCsvHeader(row.cells);
    }
  } catch (error) {
    if (!(error instanceof UnreadableCsvError)) throw error;
    if (!columns) throw unreadableHeader([`cannot be read: ${error.message}.`]);
    yield { unreadable: `${error.message}. Nothing after it was read.` };
  }
  if (!columns) throw unreadableHeader(['is empty; its first line must name the columns, among them phone.']);
}

function toRecipient(row: CsvRow, columns: readonly CsvColumn[]): BulkRecipient | UnreadableRecipient {
  const problem = columnProblem(row, columns);
  if (problem !== undefined) return { unreadable: `line ${row.line} ${problem}` };
  const values: Record<CsvColumn['kind'], [string, string][]> = { phone: [], variable: [], button: [], unnamed: [] };
  for (const [index, { kind, name }] of columns.entries()) {
    const cell = withoutEscape(row.cells[index] ?? '');
    if (cell !== '') values[kind].push([name, cell]);
  }
  return {
    phone: values.phone[0]?.[1] ?? '',
    variables: Object.fromEntries(values.variable),
    ...(values.button.length > 0 && { buttonVariables: Object.fromEntries(values.button) }),
  };
}

/** Exports put a quote before what a spreadsheet would run as a formula, such as a number that begins with +. */
export const withoutEscape = (cell: string): string =>
  /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell;

function columnProblem({ cells }: CsvRow, columns: readonly CsvColumn[]): string | undefined {
  if (cells.length < columns.length) return `has ${cells.length} of ${columns.length} cells.`;
  const stray = cells.findIndex((cell, index) => cell !== '' && (columns[index]?.kind ?? 'unnamed') === 'unnamed');
  if (stray >= 0) return `has something in cell ${stray + 1}, whose column has no name.`;
  if (cells.some((cell) => cell.includes(REPLACEMENT_CHARACTER))) return 'is not in UTF-8: save the text as such.';
  return undefined;
}

/** What the cells of a column are: the phone number, the value of a variable or button; or nothing, for lack of a name. */
interface CsvColumn {
  readonly kind: 'phone' | 'variable' | 'button' | 'unnamed';
  readonly name: string;
}

/** More than the longest template has variables. */
const MOST_COLUMNS = 500;

/**
 * Reads the first row: `phone`, the names of variables, `button_0` …
 * @throws ValidationError with everything that is wrong with it
 */
function readCsvHeader(cells: readonly string[]): CsvColumn[] {
  const names = withPhone(cells.map(columnNameOf));
  const problems = [...missingPhone(names), ...doubles(names.slice(0, MOST_COLUMNS))];
  if (names.length > MOST_COLUMNS) problems.push(`has ${names.length} columns; there can be ${MOST_COLUMNS}.`);
  if (names.some((name) => name.includes(REPLACEMENT_CHARACTER))) problems.push('is not in UTF-8: save it as such.');
  if (problems.length > 0) throw unreadableHeader(problems);
  return names.map((name) => ({ name, kind: kindOf(name) }));
}

function unreadableHeader(problems: readonly string[]): ValidationError {
  return new ValidationError(
    problems.map((problem): ValidationProblem => ({ path: 'body', message: `as CSV ${problem}` })),
  );
}

/** People write `Phone` or `Customer name` above a column; a template's variables have lower-case letters and no spaces. */
function columnNameOf(cell: string): string {
  const name = cell.trim();
  return /^\p{Lu}|\s/u.test(name) ? name.toLowerCase().replaceAll(/\s+/g, '_') : name;
}

/** The column of phone numbers is called otherwise in our own exports. */
const withPhone = (names: readonly string[]): readonly string[] =>
  names.includes('phone') ? names : names.map((name) => (name === 'recipient_phone' ? 'phone' : name));

function missingPhone(names: readonly string[]): string[] {
  if (names.includes('phone')) return [];
  return ['must begin with a line that names the columns, among them phone.'];
}

function doubles(names: readonly string[]): string[] {
  const named = names.filter(Boolean);
  const twice = new Set(named.filter((name, index) => named.indexOf(name) !== index));
  return Array.from(twice, (name) => `has two columns ${JSON.stringify(name)}.`);
}

function kindOf(name: string): CsvColumn['kind'] {
  if (name === '') return 'unnamed';
  if (name === 'phone') return 'phone';
  return /^button_\d+$/.test(name) ? 'button' : 'variable';
}
