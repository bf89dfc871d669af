import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { fillPlaceholders, parsePlaceholders, placeholderNames } from '../../lib/templates/variables/template-part.js';

const spaceless = (written: string) => written.replace(/\s/g, '');

describe('parsePlaceholders', () => {
  test.each([
    ['Hello {{1}}', ['1']],
    ['Hello {{ name }}, {{name}}', ['name', 'name']],
    ['{{{1}}}', ['1']],
    ['{{}} {{ }} { {1} } {1} {{1} }', []],
    ['{{first name}} {{first-name}} {{$x}}', []],
    ['{{\n1\t}}', ['1']],
    ['{{constructor}}{{__proto__}}', ['constructor', '__proto__']],
    ['', []],
  ])('finds in %j the names %j', (text, names) => {
    expect(parsePlaceholders(text).map(({ name }) => name)).toEqual(names);
  });
});

describe('placeholderNames', () => {
  it('lists numbers in their order, each once', () => {
    expect(placeholderNames('{{2}} {{10}} {{1}} {{2}}')).toEqual(['1', '2', '10']);
  });

  it('lists names in order of appearance, each once', () => {
    expect(placeholderNames('{{zoe}} {{adam}} {{zoe}}')).toEqual(['zoe', 'adam']);
  });
});

describe('fillPlaceholders', () => {
  test.each([
    ['Hello {{1}}', { 1: '$& $1 $$' }, 'Hello $& $1 $$'],
    ['{{1}} {{2}}', { 1: '{{2}}', 2: 'two' }, '{{2}} two'],
    ['{{{1}}}', { 1: 'x' }, '{x}'],
    ['{{1}} {{2}}', { 1: 'one' }, 'one {{2}}'],
    ['{{toString}}', {}, '{{toString}}'],
  ])('fills %j with %j', (text, values, filled) => {
    expect(fillPlaceholders(text, new Map(Object.entries(values)))).toBe(filled);
  });

  const name = fc.stringMatching(/^\w{1,8}$/);
  const plain = fc.string({ unit: 'grapheme' }).filter((text) => !/[{}]/.test(text));
  const text = fc.array(fc.tuple(plain, name)).chain((pairs) => plain.map((end) => ({ pairs, end })));

  it('finds every placeholder of a text and nothing else', () => {
    fc.assert(
      fc.property(text, ({ pairs, end }) => {
        const written = pairs.map(([before, own]) => `${before}{{${own}}}`).join('') + end;
        const found = parsePlaceholders(written);
        expect(found.map((placeholder) => placeholder.name)).toEqual(pairs.map(([, own]) => own));
        for (const { index, source } of found) expect(written.slice(index, index + source.length)).toBe(source);
      }),
    );
  });

  it('puts any value in place literally, braces and dollars included', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom('$&', '$1', '{{1}}', '{{', '}}', '$`'));
    fc.assert(
      fc.property(text, value, ({ pairs, end }, given) => {
        const written = pairs.map(([before, own]) => `${before}{{${own}}}`).join('') + end;
        const values = new Map(pairs.map(([, own]) => [own, given]));
        expect(fillPlaceholders(written, values)).toBe(pairs.map(([before]) => before + given).join('') + end);
      }),
    );
  });

  it('changes nothing when each placeholder is filled with itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('{', '}', '1', 'a', ' ', '$') }), (any) => {
        const itself = new Map(
          parsePlaceholders(any).map((placeholder) => [placeholder.name, `{{${placeholder.name}}}`]),
        );
        expect(spaceless(fillPlaceholders(any, itself))).toBe(spaceless(any));
      }),
    );
  });
});
