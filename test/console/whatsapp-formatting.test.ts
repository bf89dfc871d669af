import { describe, expect, it } from 'vitest';
import { formattedParts, type TextPart } from '../../lib/console/whatsapp-formatting.js';

const written = (parts: readonly TextPart[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : `<${part.as}>${written(part.parts)}</${part.as}>`)).join('');

describe('A text of WhatsApp’s', () => {
  it.each([
    ['Hello *Ana*, _today_ or ~tomorrow~?', 'Hello <strong>Ana</strong>, <em>today</em> or <s>tomorrow</s>?'],
    ['*bold and _italic_*', '<strong>bold and <em>italic</em></strong>'],
    ['*all ~the _three_~*', '<strong>all <s>the <em>three</em></s></strong>'],
    ['```one\n  *two*```', '<code>one\n  *two*</code>'],
    ['run `npm *i*` now', 'run <code>npm *i*</code> now'],
    ['(*so*) "_and_".', '(<strong>so</strong>) "<em>and</em>".'],
  ])('sets off %j', (text, expected) => {
    expect(written(formattedParts(text))).toBe(expected);
  });

  it.each([
    'snake_case_name and 2*3*4',
    '* a list\n* of things',
    '*over\nlines*',
    '*open',
    '** and __ and ~~',
    '* spaces *',
    '```',
    '``````',
    '*word*s',
    '',
  ])('leaves %j as it is', (text) => {
    expect(formattedParts(text)).toEqual(text === '' ? [] : [text]);
  });

  it('loses nothing of what strangers write', () => {
    const text = '<b onclick=x>*<i>_~`*_~```a'.repeat(300);
    const kept = written(formattedParts(text)).replaceAll(/<\/?(?:strong|em|s|code)>/g, '');
    expect(kept.replaceAll(/[*_~`]/g, '')).toBe(text.replaceAll(/[*_~`]/g, ''));
  });
});
