import type { BulkRecipient, UnreadableRecipient } from '../../../../bulk/bulk.inputs.js';
import { BlankLines } from './line-limits.js';
import { type CsvColumn, readCsvHeader, REPLACEMENT_CHARACTER, unreadableHeader } from './csv-header.js';
import { type CsvRow, csvRows, UnreadableCsvError } from './csv-rows.js';

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
  const problem = problemOf(row, columns);
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
const withoutEscape = (cell: string): string =>
  /^'[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell;

function problemOf({ cells }: CsvRow, columns: readonly CsvColumn[]): string | undefined {
  if (cells.length < columns.length) return `has ${cells.length} of ${columns.length} cells.`;
  const stray = cells.findIndex((cell, index) => cell !== '' && (columns[index]?.kind ?? 'unnamed') === 'unnamed');
  if (stray >= 0) return `has something in cell ${stray + 1}, whose column has no name.`;
  if (cells.some((cell) => cell.includes(REPLACEMENT_CHARACTER))) return 'is not in UTF-8: save the text as such.';
  return undefined;
}
