import { describe, expect, it, test } from 'vitest';
import { previewTemplate } from '../../lib/templates/variables/fill-template.js';
import { hasOneTimeCode, withoutSecrets } from '../../lib/templates/variables/variable-values.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

const link = (url: string) => template([body('Hi.'), buttons({ type: 'URL', text: 'Go', url })]);

describe('previewTemplate', () => {
  it('shows header, body, footer and labels as a person reads them', () => {
    const order = template([
      header('TEXT', 'Order {{1}}'),
      body('Dear {{1}},\npay {{2}}.'),
      { type: 'FOOTER', text: 'The shop' },
      buttons({ type: 'QUICK_REPLY', text: 'Yes' }, { type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' }),
    ]);
    const variables = { header_1: 'A-1', '1': 'Jo {{2}}', '2': { fallback_value: '$5' } };
    expect(previewTemplate(order, { variables })).toBe('Order A-1\nDear Jo {{2}},\npay $5.\nThe shop\n[Yes]\n[Track]');
  });

  it('leaves a variable in place when its value is missing or cannot be used', () => {
    expect(previewTemplate(template([header('IMAGE'), body('Dear {{1}}, {{2}}!')]), { variables: { '1': '' } })).toBe(
      '[image]\nDear {{1}}, {{2}}!',
    );
  });

  it('shows every card of a carousel', () => {
    const cards = [{ variables: { '1': '10' } }, { variables: { '1': '20' } }];
    expect(previewTemplate(carousel, { variables: { '1': 'Jo' }, cards })).toBe(
      'For you, Jo, today:\n[image]\nCard 0 costs 10 today\n[More]\n[Buy]\n[image]\nCard 1 costs 20 today\n[More]\n[Buy]',
    );
  });

  test.each<Record<string, string>>([{ '1': '123456' }, {}])(
    'masks a one-time code whether it was given or not: %j',
    (variables) => {
      expect(previewTemplate(oneTimeCode, { variables })).toBe('*••••••* is your verification code.\n[Copy code]');
    },
  );
});

describe('hasOneTimeCode', () => {
  test.each([
    ['the category', template([body('{{1}} is it')], { category: 'authentication' }), true],
    ['an OTP button', template([body('{{1}} is it'), buttons({ type: 'otp' })]), true],
    ["Meta's own address", link('https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}'), true],
    ['an address that only looks so', link('https://shop.example/otp/code/{{1}}'), false],
    ['another host', link('https://notwhatsapp.com/otp/code/{{1}}'), false],
    ['an ordinary template', template([body('Hi {{1}}.')]), false],
  ])('knows by %s', (_, definition, expected) => {
    expect(hasOneTimeCode(definition)).toBe(expected);
  });
});

describe('withoutSecrets', () => {
  it('keeps nothing that may be a one-time code, under whatever name it was given', () => {
    const input = { variables: { '1': '123456', code: '123456' }, buttonVariables: { button_0: '123456' } };
    expect(JSON.stringify(withoutSecrets(oneTimeCode, input))).not.toContain('123456');
  });

  it('keeps the values of any other template', () => {
    const input = { variables: { '1': 'Jo' }, cards: [{}, {}] };
    expect(withoutSecrets(carousel, input)).toEqual(input);
  });
});
