import { stringify } from 'csv-stringify/sync';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecipients } from '../../../lib/http/meta-templates/bulk-sends/recipients/streamed-recipients.js';
import { all, arriving, cut, cuts } from './chunks.js';

const read = (...pieces: readonly (string | Uint8Array)[]) => all(csvRecipients(arriving(...pieces)));
const unreadable = (about: string) => ({ unreadable: expect.stringContaining(about) });
const JUAN = { phone: '+5491112345678', variables: { name: 'Juan' } };

describe('A CSV of recipients', () => {
  it.each([
    ['line feeds', 'phone,name\n+5491112345678,Juan\n'],
    ['no line end at the end', 'phone,name\n+5491112345678,Juan'],
    ['carriage returns and line feeds', 'phone,name\r\n+5491112345678,Juan\r\n'],
    ['carriage returns', 'phone,name\r+5491112345678,Juan\r'],
    ['line ends of several kinds', 'phone,name\n\r\n+5491112345678,Juan\r'],
    ['a byte order mark', '\uFEFFphone,name\n+5491112345678,Juan\n'],
    ['quotes', '"phone","name"\n"+5491112345678","Juan"\n'],
    ['spaces around the names of columns', ' phone , name\n+5491112345678,Juan\n'],
    ['semicolons between cells', 'phone;name\r\n+5491112345678;Juan\r\n'],
    ['tabs between cells', 'phone\tname\n+5491112345678\tJuan\n'],
    ['its delimiter declared in the first line', 'sep=;\r\nphone;name\r\n+5491112345678;Juan\r\n'],
    ['commas within quotes in its first line', '"phone";"name";", ,"\n+5491112345678;Juan;\n'],
    ['names of columns as people write them', 'PHONE, Name \n+5491112345678,Juan\n'],
    ['the quote that our exports put before a formula', "recipient_phone,name\n'+5491112345678,Juan\n"],
    ['a mark of UTF-8', '\uFEFFphone;name\n+5491112345678;Juan\n'],
    ['columns in another order', 'name,phone\nJuan,+5491112345678\n'],
    ['blank lines', '\nphone,name\n\n+5491112345678,Juan\n\n\n'],
    ['rows without anything in them', 'phone,name\n,\n+5491112345678,Juan\n,\n'],
    ['columns without a name and anything in them', 'phone,name,,\n+5491112345678,Juan,,\n'],
    ['more empty cells than columns', 'phone,name\n+5491112345678,Juan,,\n'],
    ['empty cells, which give no value', 'phone,name,company,button_0\n+5491112345678,Juan,"",\n'],
  ])('is read with %s', async (_, text) => {
    expect(await read(text)).toEqual([JUAN]);
  });

  it.each([
    ['least', (text: string) => Buffer.from(text, 'utf16le')],
    ['most', (text: string) => Buffer.from(text, 'utf16le').swap16()],
  ])('is read in UTF-16, the %s significant byte first, however it arrives', async (_, encode) => {
    const bytes = encode('\uFEFFphone\tname\r\n+5491112345678\tJosé 😀\r\n');
    const expected = [{ phone: '+5491112345678', variables: { name: 'José 😀' } }];
    expect(await read(bytes)).toEqual(expected);
    expect(await read(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it('names lines as they are in the file, also after one that declares the delimiter', async () => {
    expect(await read('sep=;\nphone;name\n+5491112345678\n')).toEqual([unreadable('line 3 has 1 of 2 cells')]);
  });

  it('gives variables and buttons by the names of their columns', async () => {
    const text =
      'phone,1,header_1,header_image,button_0,button_12,button_x\n+5491112345678,a,b,https://a.b/c.jpg,d,e,f\n';
    expect(await read(text)).toEqual([
      {
        phone: '+5491112345678',
        variables: { 1: 'a', header_1: 'b', header_image: 'https://a.b/c.jpg', button_x: 'f' },
        buttonVariables: { button_0: 'd', button_12: 'e' },
      },
    ]);
  });

  it('keeps what is in quotes as it is: commas, quotes, line ends, spaces', async () => {
    expect(await read('phone,a,b\n+5491112345678,"x, ""y""\r\nz"," 1 "\n')).toEqual([
      { phone: '+5491112345678', variables: { a: 'x, "y"\r\nz', b: ' 1 ' } },
    ]);
  });

  it.each(['constructor', '__proto__', 'toString'])('takes a column %s for a variable like any other', async (name) => {
    const [recipient] = await read(`phone,${name}\n+5491112345678,x\n`);
    expect(Object.entries(Object(recipient).variables)).toEqual([[name, 'x']]);
  });

  it('has a recipient without a phone number where that cell is empty', async () => {
    expect(await read('phone,name\n,Juan\n')).toEqual([{ phone: '', variables: { name: 'Juan' } }]);
  });

  it('names each line that has too few or too many cells, and reads on', async () => {
    expect(await read('phone,name\n+5491112345678\n+5491112345678,Juan\n"a\r\nb","c\nd",e\n+1,2,,4\n')).toEqual([
      unreadable('line 2 has 1 of 2 cells'),
      JUAN,
      unreadable('line 4 has something in cell 3'),
      unreadable('line 7 has something in cell 4'),
    ]);
  });

  it('names a line that is not in UTF-8, and reads on', async () => {
    const latin = Buffer.from('phone,name\n+5491112345678,José\n+5491112345678,Juan\n', 'latin1');
    expect(await read(latin)).toEqual([unreadable('line 2 is not in UTF-8'), JUAN]);
  });

  it.each([
    ['a quote inside a cell', '+5491112345678,5" pipe\n', 'line 3 begins a row with a quote inside a cell'],
    ['something after a closing quote', '+5491112345678,"a" b\n', 'line 3 begins a row with a quote inside a cell'],
    [
      'a quote that is never closed',
      '+5491112345678,"a\n+5491112345678,b\n',
      'line 3 begins a row with a quote that is',
    ],
    ['a cell that is too long', `+5491112345678,${'x'.repeat(300_000)}\n`, 'line 3 begins a row over 256 KB'],
    ['too many cells', `+5491112345678${','.repeat(300_000)}\n`, 'line 3 begins a row over 256 KB'],
    ['a cell without end', `+5491112345678,"${'x\n'.repeat(3_000_000)}`, 'line 3 begins a row over 256 KB'],
  ])('is read up to %s', async (_, rest, problem) => {
    const found = await read(`phone,name\n+5491112345678,Juan\n${rest}+5491112345678,Ana\n`);
    expect(found).toEqual([JUAN, unreadable(problem)]);
    expect(found[1]).toEqual(unreadable('Nothing after it was read.'));
  });

  it.each([
    ['nothing', '', 'is empty'],
    ['blank lines alone', '\n\n', 'is empty'],
    ['no column phone', 'number,name\n+5491112345678,Juan\n', 'among them phone.'],
    ['a column twice', 'phone,name,name\n', 'two columns "name"'],
    ['too many columns', `phone,${Array.from({ length: 500 }, (_, index) => `v${index}`).join(',')}\n`, '501 columns'],
    ['a quote without end', 'phone,"name\n', 'never closed'],
    ['names that are not in UTF-8', Buffer.from('phone,año\n', 'latin1'), 'not in UTF-8'],
  ])('is refused whole with %s', async (_, text, problem) => {
    await expect(read(text)).rejects.toMatchObject({
      problems: [{ path: 'body', message: expect.stringContaining(problem) }],
    });
  });

  it('names everything wrong with its columns at once', async () => {
    await expect(read('number,name,name,number\n')).rejects.toMatchObject({ problems: { length: 3 } });
  });

  const cell = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\uFFFD'));

  it('means the same however its bytes arrive', async () => {
    const rows = fc.array(fc.tuple(cell, cell), { maxLength: 8 });
    const ends = fc.constantFrom('\n', '\r\n', '\r');
    await fc.assert(
      fc.asyncProperty(rows, ends, cuts(), async (given, record_delimiter, lengths) => {
        const text = stringify([['phone', 'name'], ...given], { record_delimiter, quoted: true, bom: true });
        const expected = given
          .filter((row) => row.some(Boolean))
          .map(([phone, name]) => ({ phone, variables: name === '' ? {} : { name } }));
        expect(await read(text)).toEqual(expected);
        expect(await read(...cut(text, lengths))).toEqual(expected);
      }),
    );
  });

  it('is as wrong however its bytes arrive', async () => {
    const pieces = fc.constantFrom('+549', 'a', 'ñ', ',', '"', '\n', '\r', '\r\n', '""', ' ');
    const texts = fc.array(pieces, { maxLength: 30 }).map((parts) => `phone,name\n${parts.join('')}`);
    await fc.assert(
      fc.asyncProperty(texts, cuts(), async (text, lengths) => {
        expect(await read(...cut(text, lengths))).toEqual(await read(text));
      }),
      { numRuns: 500 },
    );
  });
});
