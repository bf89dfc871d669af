import { parse } from 'csv-parse/sync';
import { describe, expect, it, vi } from 'vitest';
import type { BulkMessageView } from '../../../lib/http/meta-templates/bulk-sends/bulk-message.presenter.js';
import type { Plain } from '../../../lib/http/surface/dto.js';
import { exportFormats } from '../../../lib/http/meta-templates/bulk-sends/bulk-send-streams.controller.js';
import { all } from './chunks.js';

const RESULT: Plain<BulkMessageView> = {
  id: 1,
  recipient_phone: '+5491112345678',
  status: 'failed',
  meta_message_id: null,
  variables_used: { name: 'José, "Pepe"' },
  sent_at: new Date(1e12),
  delivered_at: null,
  read_at: null,
  error_code: 131026,
  error_message: 'Message Undeliverable',
  pricing: null,
};

async function* results(
  ...changes: readonly Partial<Plain<BulkMessageView>>[]
): AsyncGenerator<Plain<BulkMessageView>> {
  for (const change of changes) yield { ...RESULT, ...change };
}

async function* failing(): AsyncGenerator<Plain<BulkMessageView>> {
  yield RESULT;
  throw new Error('The database went away.');
}

const csvOf = async (...changes: readonly Partial<Plain<BulkMessageView>>[]): Promise<Record<string, string>[]> =>
  parse((await all(exportFormats.csv.write(results(...changes)))).join(''), { columns: true });

describe('An export', () => {
  it('as CSV keeps what a cell says, quotes and line ends too', async () => {
    expect(await csvOf({ error_message: 'a "b",\r\nc' }, {})).toMatchObject([
      { variables_used: JSON.stringify(RESULT.variables_used), error_message: 'a "b",\r\nc', meta_message_id: '' },
      { id: '1', sent_at: '2001-09-09T01:46:40.000Z', error_code: '131026', error_message: 'Message Undeliverable' },
    ]);
  });

  it.each(['=1+1', '+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '=HYPERLINK("https://a.b/?"&A1)'])(
    'as CSV has no formula in it: %j',
    async (formula) => {
      const [row] = await csvOf({ error_message: formula });
      expect(row).toMatchObject({ error_message: `'${formula}` });
    },
  );

  it('as CSV names its columns, also when there is no one', async () => {
    const text = (await all(exportFormats.csv.write(results()))).join('');
    expect(text).toMatch(/^id,recipient_phone,.*\n$/);
  });

  it('as NDJSON is a line for everybody, and nothing for no one', async () => {
    const text = (await all(exportFormats.ndjson.write(results({}, { id: 2 })))).join('');
    expect(text.split('\n').map((line): unknown => line && JSON.parse(line))).toMatchObject([{ id: 1 }, { id: 2 }, '']);
    expect(await all(exportFormats.ndjson.write(results()))).toEqual([]);
  });

  it.each(['csv', 'ndjson'] as const)(
    'as %s reads no more than it needs to go on, and then lets go',
    async (format) => {
      let read = 0;
      let isOpen = true;
      async function* endless(): AsyncGenerator<Plain<BulkMessageView>> {
        try {
          for (;;) yield { ...RESULT, id: (read += 1) };
        } finally {
          isOpen = false;
        }
      }
      let text = '';
      for await (const piece of exportFormats[format].write(endless())) {
        text += piece;
        if (text.length > 1_000_000) break;
      }
      const written = text.split('\n').length;
      expect(read).toBeLessThan(written + 1_500);
      await vi.waitFor(() => expect(isOpen).toBe(false));
    },
  );

  it.each(['csv', 'ndjson'] as const)('as %s fails as what it reads does', async (format) => {
    await expect(all(exportFormats[format].write(failing()))).rejects.toThrow('The database went away.');
  });
});
