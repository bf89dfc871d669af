import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ndjsonRecipients } from '../../../lib/http/meta-templates/bulk-sends/recipients/streamed-recipients.js';
import { all, arriving, cut, cuts } from './chunks.js';

const read = (...pieces: readonly (string | Uint8Array)[]) => all(ndjsonRecipients(arriving(...pieces)));
const unreadable = (about: string) => ({ unreadable: expect.stringContaining(about) });
const JUAN = { phone: '+5491112345678', variables: { name: 'Juan' } };
const lineOf = (length: number) => `{"phone":"${'x'.repeat(length - 12)}"}`;
const LINE = JSON.stringify(JUAN);

describe('An NDJSON of recipients', () => {
  it.each([
    ['line feeds', `${LINE}\n${LINE}\n`],
    ['no line end at the end', `${LINE}\n${LINE}`],
    ['carriage returns and line feeds', `${LINE}\r\n${LINE}\r\n`],
    ['blank lines', `\n${LINE}\n \r\n\n${LINE}\n\n`],
    ['a byte order mark', `\uFEFF${LINE}\n${LINE}\n`],
  ])('is read with %s', async (_, text) => {
    expect(await read(text)).toEqual([JUAN, JUAN]);
  });

  it('has no one in it when it is empty', async () => {
    expect(await read()).toEqual([]);
    expect(await read('', '\n')).toEqual([]);
  });

  it('gives variables, buttons and cards as a JSON body does', async () => {
    const line = {
      phone: '+5491112345678',
      variables: { 1: 'a' },
      button_variables: { button_0: 'b' },
      cards: [{ variables: { 2: 'c' }, button_variables: null }],
      more: 'is ignored',
    };
    expect(await read(JSON.stringify(line))).toEqual([
      {
        phone: '+5491112345678',
        variables: { 1: 'a' },
        buttonVariables: { button_0: 'b' },
        cards: [{ variables: { 2: 'c' } }],
      },
    ]);
  });

  it('leaves to the service what is wrong with a recipient', async () => {
    expect(await read('{"phone":7,"variables":[],"cards":"x"}')).toEqual([{ phone: 7, variables: [], cards: 'x' }]);
  });

  it('names every line that cannot be read, and reads on', async () => {
    const latin = Buffer.from('{"phone":"José"}\n', 'latin1');
    const lines = ['{"phone":', '[]', '"text"', 'null', '7', `{"a":${'['.repeat(101)}${']'.repeat(101)}}`];
    const long = `{"phone":"${'x'.repeat(256 * 1024)}"}`;
    expect(await read(`${LINE}\n`, latin, `${lines.join('\n')}\n\n${long}\n${LINE}`)).toEqual([
      JUAN,
      unreadable('line 2 is not in UTF-8'),
      unreadable('line 3 is not well-formed JSON'),
      unreadable('line 4 must be an object'),
      unreadable('line 5 must be an object'),
      unreadable('line 6 must be an object'),
      unreadable('line 7 must be an object'),
      unreadable('line 8 nests deeper than 100 levels'),
      unreadable('line 10 is over 256 KB'),
      JUAN,
    ]);
  });

  it('takes a line of 256 KB and not one more byte', async () => {
    expect(await read(`${lineOf(256 * 1024)}\n`)).toEqual([{ phone: expect.stringMatching(/^x+$/) }]);
    expect(await read(`${lineOf(256 * 1024 + 1)}\n`)).toEqual([unreadable('line 1 is over 256 KB')]);
  });

  it('means the same however its bytes arrive', async () => {
    const recipient = fc.record({
      phone: fc.string({ unit: 'grapheme' }),
      variables: fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { noNullPrototype: true }),
    });
    const broken = fc.constantFrom('{', '', ' ', 'ñ', '[1]');
    const lines = fc.array(
      fc.oneof(
        recipient.map((value) => JSON.stringify(value)),
        broken,
      ),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(lines, fc.constantFrom('\n', '\r\n'), cuts(), async (given, lineEnd, lengths) => {
        const text = given.join(lineEnd);
        expect(await read(...cut(text, lengths))).toEqual(await read(text));
      }),
    );
  });
});
