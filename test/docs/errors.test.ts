import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { describe, expect, it } from 'vitest';
import { metaErrorsTable } from './errors-page.js';

const PAGE = 'docs/errors.md';
const page = readFileSync(PAGE, 'utf8');

/** First arguments of errors: `new NotFoundError('MESSAGE_NOT_FOUND', …)`, `super('FORBIDDEN', …)`. */
const THROWN = /(?:new (?:\w+)Error|super)\(\s*'([A-Z]+(?:_[A-Z]+)*)'/g;

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('testing'))
    .map((file) => join(folder, file));

describe('the page of errors', () => {
  it('has the table of the catalogue as it is', async () => {
    const options = await resolveConfig(PAGE);
    const table = await format(metaErrorsTable(), { ...options, parser: 'markdown' });
    const [, shown = ''] = /<!-- made from the catalogue -->\n\n([\s\S]*?)\n\n<!-- end -->/.exec(page) ?? [];
    expect(`${shown}\n`).toBe(table);
  });

  it('says of each error what you do', () => {
    const [, own = ''] = page.split('\n## ');
    const rows = own.split('\n').filter((line) => line.startsWith('| `'));
    expect(rows.length).toBeGreaterThan(40);
    expect(
      rows.filter((row) => row.split('|').some((cell, place) => place < 4 && place > 0 && cell.trim() === '')),
    ).toEqual([]);
  });

  it('has every code that the module throws', () => {
    const codes = filesOf('lib').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(THROWN)].map(([, code = '']) => code),
    );
    const thrown = new Set(
      codes.map((code) => (code === 'BLOCKED' || code === 'OPTED_OUT' ? `RECIPIENT_${code}` : code)),
    );
    expect(thrown.size).toBeGreaterThan(20);
    expect([...thrown].filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
