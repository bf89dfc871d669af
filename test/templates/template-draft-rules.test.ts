import { describe, expect, it, test } from 'vitest';
import type { TemplateComponent, TemplateButton } from '../../lib/templates/template-component.js';
import type { TemplateDraft } from '../../lib/templates/drafts/template-draft.js';
import { checkTemplateDraft } from '../../lib/templates/template-authoring.js';
import { body, buttons, header, oneTimeCode } from './template-fixtures.js';

const hi: TemplateComponent = {
  type: 'BODY',
  text: 'Hi {{1}}, your order {{2}} is here.',
  example: { body_text: [['Jo', '12']] },
};
const draft = (rest: Partial<TemplateDraft>): TemplateDraft => ({
  name: 'order_sent',
  language: 'en_US',
  category: 'UTILITY',
  components: [hi],
  ...rest,
});
const named = (text: string, ...names: string[]): TemplateComponent => ({
  type: 'BODY',
  text,
  example: { body_text_named_params: names.map((param_name) => ({ param_name, example: 'x' })) },
});
const check = (rest: Partial<TemplateDraft>) =>
  checkTemplateDraft(draft(rest)).map(({ path, message }) => `${path}: ${message}`);
const card = (...components: TemplateComponent[]) => ({ components });
const reply = (text: string): TemplateButton => ({ type: 'QUICK_REPLY', text });
const url = (address: string, example?: string[]): TemplateButton => ({
  type: 'URL',
  text: 'Go',
  url: address,
  example,
});

describe('checkTemplateDraft', () => {
  test.each<[string, Partial<TemplateDraft>]>([
    ['numbered variables', {}],
    ['named variables', { parameterFormat: 'NAMED', components: [named('Hi {{first_name}}!', 'first_name')] }],
    ['lower case', { category: 'utility', components: [{ ...hi, type: 'body' }] }],
    ['a language without country', { language: 'fil' }],
    [
      'every part',
      {
        components: [
          { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['12'] } },
          hi,
          { type: 'FOOTER', text: 'The shop' },
          buttons(
            reply('Yes'),
            reply('No'),
            url('https://shop.example/{{1}}', ['https://shop.example/7']),
            { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+5491112345678' },
            { type: 'COPY_CODE', example: '250FF' },
            { type: 'FLOW', text: 'Book', flow_id: '1' },
          ),
        ],
      },
    ],
    ['a location header', { components: [header('LOCATION'), hi] }],
    [
      'a one-time code as it is created',
      {
        category: 'AUTHENTICATION',
        messageSendTtlSeconds: 60,
        components: [
          { type: 'BODY', add_security_recommendation: true },
          { type: 'FOOTER', code_expiration_minutes: 5 },
          buttons({ type: 'OTP', otp_type: 'COPY_CODE' }),
        ],
      },
    ],
    ['a one-time code as Meta gives it back', { category: 'AUTHENTICATION', components: oneTimeCode.components }],
  ])('takes a draft with %s', (_, rest) => {
    expect(check(rest)).toEqual([]);
  });

  test.each<[Partial<TemplateDraft>, RegExp]>([
    [{ name: 'Order Sent' }, /^name: must be lower-case/],
    [{ name: 'x'.repeat(513) }, /^name: has 513 characters; Meta takes at most 512/],
    [{ language: 'en-US' }, /^language: .*es or en_US/],
    [{ category: 'SALES' }, /^category: must be AUTHENTICATION, UTILITY, MARKETING/],
    [{ parameterFormat: 'MIXED' }, /^parameterFormat: must be/],
    [{ messageSendTtlSeconds: 10 }, /^messageSendTtlSeconds: must be 30 to 43200/],
    [{ category: 'MARKETING', messageSendTtlSeconds: -1 }, /^messageSendTtlSeconds: must be 43200 to 2592000/],
    [{ components: [] }, /^components: must be a list/],
    [{ components: [{ type: 'FOOTER', text: 'x' }] }, /^components: lack the BODY/],
    [{ components: [hi, hi] }, /^components\[1\]: is a second BODY/],
  ])('refuses %j', (rest, problem) => {
    expect(check(rest)).toEqual([expect.stringMatching(problem)]);
  });

  test.each<[TemplateComponent, RegExp]>([
    [body(''), /^components\[0\]\.text: is missing/],
    [body('x'.repeat(1025)), /has 1025 characters; Meta takes at most 1024/],
    [body('{{1}} is here'), /starts with a variable/],
    [body('Here is {{1}}'), /ends with a variable/],
    [body('Here is {{1}} {{2}}.'), /side by side/],
    [body('Here is {{2}}.'), /number its variables from 1/],
    [body('Here is {{1}}.'), /example\.body_text: must be a list in a list/],
    [{ ...hi, example: { body_text: [['Jo']] } }, /example\.body_text: must be/],
    [body('Hi {{first name}}!'), /braces that are no variable/],
    [body('Hi {{}}!'), /braces that are no variable/],
    [named('Hi {{name}}!', 'name'), /^parameterFormat: must be NAMED/],
    [named('Hi {{Name}}!', 'Name'), /write its name in lower case/],
    [named('Hi {{name}}!'), /example\.body_text_named_params: lacks \{"param_name": "name"/],
    [named('Hi {{name}} and {{1}}!', 'name', '1'), /^components: mix numbered and named/],
  ])('refuses the body %j', (component, problem) => {
    expect(check({ components: [component] })).toContainEqual(expect.stringMatching(problem));
  });

  test.each<[TemplateComponent, RegExp]>([
    [header('TEXT', 'x'.repeat(61)), /^components\[0\]\.text: has 61 characters/],
    [header('TEXT', 'a {{1}} b {{2}}'), /more than one variable/],
    [header('TEXT', 'Order {{1}}'), /example\.header_text: must be/],
    [header('IMAGE'), /example\.header_handle: is missing/],
    [{ type: 'HEADER' }, /format: is missing/],
    [{ type: 'FOOTER', text: 'x'.repeat(61) }, /has 61 characters; Meta takes at most 60/],
    [{ type: 'FOOTER', text: 'Bye {{1}}' }, /takes in no footer/],
    [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'x'.repeat(17) } }, /at most 16/],
    [{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'x' } }, /belongs to MARKETING templates only/],
    [buttons({ type: 'OTP' }), /AUTHENTICATION templates only/],
    [{ type: 'CAROUSEL', cards: Array.from({ length: 11 }, () => ({ components: [] })) }, /at most 10/],
  ])('refuses %j next to a good body', (component, problem) => {
    expect(check({ components: [component, hi] })).toContainEqual(expect.stringMatching(problem));
  });

  test.each<[string, TemplateButton[], RegExp]>([
    ['too many', Array.from({ length: 11 }, (_, index) => reply(`b${index}`)), /are 11; Meta takes 10/],
    [
      'three addresses',
      [url('https://a.b/'), url('https://a.b/'), url('https://a.b/')],
      /hold 3 of type URL; Meta takes at most 2/,
    ],
    ['scattered replies', [reply('a'), url('https://a.b/'), reply('b')], /quick replies side by side/],
    ['a long label', [reply('x'.repeat(26))], /buttons\[0\]\.text: has 26 characters; Meta takes at most 25/],
    ['a label with a variable', [reply('{{1}}')], /takes in no label/],
    [
      'a label of a request for the number',
      [{ type: 'REQUEST_CONTACT_INFO', text: 'Share' }],
      /buttons\[0\]\.text: is not taken/,
    ],
    ['no address', [{ type: 'URL', text: 'Go' }], /buttons\[0\]\.url: is missing/],
    ['no web address', [url('shop.example/{{1}}', ['x'])], /begins with https/],
    ['a variable in the middle', [url('https://a.b/{{1}}/x', ['x'])], /only at the end/],
    ['two variables', [url('https://a.b/{{1}}{{2}}', ['x'])], /more than one variable/],
    ['no example', [url('https://a.b/{{1}}')], /buttons\[0\]\.example/],
    ['a long address', [url(`https://a.b/${'x'.repeat(2000)}`)], /at most 2000/],
    ['a long number', [{ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+'.padEnd(21, '1') }], /at most 20/],
    ['no number', [{ type: 'PHONE_NUMBER', text: 'Call', phone_number: 'office' }], /country code/],
    ['a long code', [{ type: 'COPY_CODE', example: 'x'.repeat(21) }], /more than 20/],
    ['no flow', [{ type: 'FLOW', text: 'Book' }], /flow_id, flow_name or flow_json/],
  ])('refuses buttons with %s', (_, list, problem) => {
    expect(check({ components: [hi, buttons(...list)] })).toContainEqual(expect.stringMatching(problem));
  });

  it('holds a limited-time offer to its own rules', () => {
    const components = [
      header('TEXT', 'Sale'),
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
      hi,
      { type: 'FOOTER', text: 'x' },
      buttons(url('https://a.b/'), { type: 'COPY_CODE', example: 'SAVE' }),
    ];
    expect(checkTemplateDraft(draft({ category: 'MARKETING', components })).map(({ path }) => path)).toEqual([
      'components[0].format',
      'components[4].buttons',
      'components[3]',
    ]);
  });

  it('wants the cards of a carousel alike, and checks each', () => {
    const image: TemplateComponent = { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::a'] } };
    const cards = [
      card(image, body('One thing.'), buttons(reply('More'))),
      card(image, body('x'.repeat(161)), buttons(reply('More'))),
      card(image, body('Other thing.'), buttons(url('https://a.b/'))),
    ];
    expect(
      checkTemplateDraft(draft({ category: 'MARKETING', components: [hi, { type: 'CAROUSEL', cards }] })).map(
        ({ path }) => path,
      ),
    ).toEqual(['components[1].cards[1].components[1].text', 'components[1].cards[2]']);
  });
});
