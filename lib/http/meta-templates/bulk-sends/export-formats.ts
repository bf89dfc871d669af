import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { BulkMessageView } from './bulk-message.presenter.js';

interface ExportFormat {
  readonly type: string;
  /** @param options of CSV: with the mark by which spreadsheets know UTF-8 */
  readonly write: (
    results: AsyncIterable<BulkMessageView>,
    options?: { readonly bom?: boolean },
  ) => AsyncIterable<string>;
}

/** Rows that are written at a time. */
const BATCH = 500;

const COLUMNS = [
  'id',
  'recipient_phone',
  'status',
  'meta_message_id',
  'variables_used',
  'sent_at',
  'delivered_at',
  'read_at',
  'error_code',
  'error_message',
] as const satisfies readonly (keyof BulkMessageView)[];

/** How a bulk send's results are written, by the name of the format. */
export const exportFormats = {
  csv: { type: 'text/csv; charset=utf-8', write: toCsv },
  ndjson: { type: 'application/x-ndjson', write: toNdjson },
} as const satisfies Record<string, ExportFormat>;

function toCsv(results: AsyncIterable<BulkMessageView>, { bom = false } = {}): AsyncIterable<string> {
  const rows = stringify({
    header: true,
    bom,
    columns: COLUMNS,
    // Else a spreadsheet would run a cell that begins with = or + as a formula.
    escape_formulas: true,
    cast: { date: (time) => time.toISOString() },
  });
  // What goes wrong is told to whoever reads.
  return pipeline(Readable.from(results), rows.setEncoding('utf8'), () => {});
}

async function* toNdjson(results: AsyncIterable<BulkMessageView>): AsyncGenerator<string> {
  for await (const rows of inBatches(results)) {
    yield rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  }
}

async function* inBatches<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
