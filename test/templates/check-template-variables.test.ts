import { describe, expect, it, test } from 'vitest';
import { checkTemplateVariables } from '../../lib/templates/variables/fill-template.js';
import type { TemplateDefinition } from '../../lib/templates/template-component.js';
import type { TemplateVariables } from '../../lib/templates/variables/variable-values.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

/** The input as JSON brings it, whatever it holds. */
const given = (json: object): TemplateVariables => JSON.parse(JSON.stringify(json));
const check = (definition: TemplateDefinition, json: object) =>
  checkTemplateVariables(definition, given(json)).map(({ path, message }) => `${path}: ${message}`);

const hello = template([body('Hello {{name}}, your order is here')], { parameterFormat: 'NAMED' });
const track = template([
  body('Hi.'),
  buttons(
    { type: 'URL', text: 'Track', url: 'https://shop.example/o/{{1}}' },
    { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+5491112345678' },
  ),
]);

describe('checkTemplateVariables', () => {
  it('says where a missing variable stands in the template', () => {
    expect(check(hello, {})).toEqual([
      'variables.name: is missing; the body says "Hello {{name}}, your order is here".',
    ]);
  });

  it('names what the template takes when a name is unknown', () => {
    expect(check(hello, { variables: { name: 'Jo', nane: 'Jo' } })).toEqual([
      'variables.nane: is no variable of the template; it takes name.',
    ]);
    expect(check(hello, { variables: { nane: 'Jo' } })).toContain(
      'variables.nane: is no variable of the template; it takes name. Did you mean "name"?',
    );
  });

  test.each([
    ['', /empty/],
    ['  ', /empty/],
    ['a\nb', /line break/],
    ['a\rb', /line break/],
    ['a\tb', /tab/],
    ['a     b', /more than 4 spaces/],
    ['a\u0000b', /control character/],
    ['a\ud800b', /half a character/],
    [null, /is null/],
    [true, /is a boolean/],
    [['Jo'], /is a list/],
    [{ first: 'Jo' }, /is an object/],
    [{ fallback_value: '' }, /fallback_value: is empty/],
    [{ fallback_value: '$1', code: 'usd', amount_1000: 1000 }, /code: is no ISO 4217/],
    [{ fallback_value: '$1', code: 'USD' }, /amount_1000: must be the amount times 1,000/],
  ])('refuses %j as a text', (value, problem) => {
    const problems = check(hello, { variables: { name: value } });
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect(problems).toEqual([expect.stringMatching(/^variables\.name/)]);
  });

  test.each(['a    b', 'áéí 👨‍👩‍👧', '0', '{{1}}', '$&'])('takes %j as a text', (name) => {
    expect(check(hello, { variables: { name } })).toEqual([]);
  });

  it('refuses numbers that JSON cannot hold', () => {
    expect(checkTemplateVariables(hello, { variables: { name: Number.NaN } })).toMatchObject([
      { path: 'variables.name' },
    ]);
  });

  test.each([
    ['header', template([header('TEXT', 'Hi {{1}}'), body('Hi.')]), 57],
    ['body', template([body('Hi {{1}}.')]), 1020],
  ])('counts the %s with its value in it, by characters', (what, definition, most) => {
    expect(check(definition, { variables: { '1': '🎉'.repeat(most) } })).toEqual([]);
    expect(check(definition, { variables: { '1': '🎉'.repeat(most + 1) } })).toEqual([
      expect.stringMatching(new RegExp(`^variables\\.1: makes the ${what} \\d+ characters long.*shorten it by 1`)),
    ]);
  });

  it('blames the longest value when a body grows too long, and names other problems too', () => {
    const two = template([body('{{1}} {{2}} {{3}}!')]);
    expect(check(two, { variables: { '1': 'short', '2': 'x'.repeat(1100) } })).toEqual([
      expect.stringMatching(/^variables\.3: is missing/),
      expect.stringMatching(/^variables\.2: makes the body/),
    ]);
  });

  it('tells once that a variable of both header and body is missing', () => {
    const both = template([header('TEXT', 'Hi {{name}}'), body('Dear {{name}}!')], { parameterFormat: 'NAMED' });
    expect(check(both, {})).toEqual(['variables.name: is missing; the header says "Hi {{name}}".']);
  });

  it("says how the header's variable is named where the body has the same number", () => {
    const both = template([header('TEXT', 'Order {{1}}'), body('Dear {{1}}!')]);
    expect(check(both, { variables: { '1': 'Jo' } })).toEqual([
      `variables.header_1: is missing; the header says "Order {{1}}"; the body has a {{1}} too, so the header's is named header_1.`,
    ]);
  });

  it("refuses the header's variable given under both its names", () => {
    const one = template([header('TEXT', 'Order {{1}}'), body('Hi.')]);
    expect(check(one, { variables: { '1': 'A', header_1: 'B' } })).toEqual([
      expect.stringMatching(/^variables\.header_1:.*twice/),
    ]);
  });

  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'wants a variable named %s to be given',
    (name) => {
      const odd = template([body(`Hi {{${name}}}!`)]);
      expect(check(odd, { variables: {} })).toEqual([expect.stringMatching(/is missing/)]);
      const variables: TemplateVariables['variables'] = JSON.parse(`{"${name}":"it"}`);
      expect(checkTemplateVariables(odd, { variables })).toEqual([]);
      expect(checkTemplateVariables(hello, { variables: { name: 'Jo', ...variables } }).length).toBeLessThanOrEqual(1);
    },
  );

  test.each([
    ['IMAGE', { header_image: 'a.png' }, /^variables\.header_image: is no media/],
    ['IMAGE', { header_image: 'ftp://cdn.example/a.png' }, /is no media/],
    ['IMAGE', { header_image: 'https://cdn.example/a b.png' }, /is no media/],
    ['IMAGE', { header_image: 123 }, /is a number/],
    ['IMAGE', { header_image: 'https://scontent.whatsapp.net/v/a.png' }, /upload the file/],
    ['VIDEO', { header_video: { id: '1', link: 'https://cdn.example/a.mp4' } }, /not both/],
    ['VIDEO', { header_video: { id: 'abc' } }, /^variables\.header_video\.id/],
    ['DOCUMENT', { header_document: { id: '1', filename: '' } }, /^variables\.header_document\.filename: is empty/],
    ['LOCATION', { header_location: 'here' }, /write an object/],
    ['LOCATION', { header_location: { latitude: 91, longitude: 0 } }, /^variables\.header_location\.latitude/],
    ['LOCATION', { header_location: { latitude: 0, longitude: 'x' } }, /^variables\.header_location\.longitude/],
    ['PRODUCT', { header_product: { catalog_id: '1' } }, /^variables\.header_product\.product_retailer_id: is missing/],
    ['GIF', {}, /^variables\.header_gif: is missing.*3\.5 MB/],
    ['GIF', { header_gif: 'a.gif' }, /^variables\.header_gif: is no media/],
    ['HOLOGRAM', {}, /HOLOGRAM is not known/],
  ])('refuses for a %s header %j', (format, variables, problem) => {
    expect(check(template([header(format), body('Hi.')]), { variables })).toEqual([expect.stringMatching(problem)]);
  });

  it('refuses a component that needs values of a kind it does not know', () => {
    expect(check(template([body('Hi.'), { type: 'RIDDLE', text: 'What is {{1}}?' }]), {})).toEqual([
      expect.stringMatching(/RIDDLE/),
    ]);
  });

  test.each([
    [{}, /^buttonVariables\.button_0: is missing; it ends the address https:\/\/shop\.example\/o\/\{\{1\}\}/],
    [{ button_0: 'x', button_1: 'y' }, /^buttonVariables\.button_1: is not wanted: button 1 \("Call", PHONE_NUMBER\)/],
    [{ button_0: 'x', button_2: 'y' }, /^buttonVariables\.button_2: is no button.*button_0 to button_1/],
    [{ button_0: 'x', button_00: 'y' }, /^buttonVariables\.button_00: is no button/],
    [{ button_0: 'https://shop.example/o/7' }, /repeats the address/],
    [{ button_0: 'x'.repeat(1990) }, /makes an address of 2013 characters/],
    [{ button_0: 'ñ'.repeat(400) }, /makes an address of 2423 characters/],
    [{ button_0: { suffix: 'x' } }, /is an object/],
  ])('checks the value of a URL button: %j', (buttonVariables, problem) => {
    expect(check(track, { buttonVariables })).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    ['QUICK_REPLY', 'x'.repeat(257), /has 257 characters; a payload has at most 256/],
    ['COPY_CODE', 'x'.repeat(21), /has 21 characters; a coupon code has at most 20/],
    ['COPY_CODE', undefined, /is missing; it is the code/],
    ['FLOW', {}, /neither flow_token nor flow_action_data/],
    ['FLOW', { flow_token: true, flow_action_data: [] }, /flow_token: is a boolean/],
    ['CATALOG', true, /is a boolean/],
    ['CATALOG', {}, /thumbnail_product_retailer_id: is missing/],
    ['MPM', 'sku', /write an object/],
    ['MPM', { thumbnail_product_retailer_id: 'sku', sections: [] }, /sections: must be a list of 1 to 10/],
    ['MPM', { thumbnail_product_retailer_id: 'sku', sections: [{ title: 'Hats' }] }, /sections\[0\]\.product_items/],
  ])('refuses for a %s button %j', (type, button_0, problem) => {
    const [first] = check(template([body('Hi.'), buttons({ type, text: 'Go' })]), { buttonVariables: { button_0 } });
    expect(first).toMatch(problem);
  });

  test.each([
    [1_798_135_200, /looks like seconds/],
    ['24/12/2026', /is no time|not a finite number/],
    ['2026-02-31T00:00:00Z', /ISO 8601/],
    ['2026-12-24T18:00:00', /with its zone/],
    [{}, /is an object/],
  ])('refuses %j as the end of an offer', (limited_time_offer, problem) => {
    const offer = template([{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { has_expiration: true } }, body('Hi.')]);
    expect(check(offer, { variables: { limited_time_offer } })).toEqual([expect.stringMatching(problem)]);
  });

  test.each([
    [{ variables: { '1': '1234567890123456' } }, 'variables.1'],
    [{ variables: { '1': '12 \t 34' } }, 'variables.1'],
    [{ variables: { '1': '123456' }, buttonVariables: { button_0: '654321' } }, 'buttonVariables.button_0'],
    [{ variables: { '1': { fallback_value: '123456' } } }, 'variables.1'],
    [{ buttonVariables: { button_0: '123456' } }, 'variables.1'],
  ])('refuses a wrong one-time code without repeating it: %j', (json, path) => {
    const problems = checkTemplateVariables(oneTimeCode, given(json));
    expect(problems).toMatchObject([{ path }]);
    expect(JSON.stringify(problems)).not.toMatch(/123456|654321|34/);
  });

  const missing = ['variables.header_image', 'variables.1', 'buttonVariables.button_1'];
  const card = { variables: { header_image: '77', '1': '10' }, buttonVariables: { button_1: 'x' } };
  test.each([
    [[card, card], []],
    [[card], missing.map((name) => `cards[1].${name}`)],
    [[card, { ...card, variables: { ...card.variables, x: '1' } }], ['cards[1].variables.x']],
    [[card, { ...card, variables: { ...card.variables, '1': 'x'.repeat(160) } }], ['cards[1].variables.1']],
    [[card, card, card], ['cards[2]']],
    [card, ['cards', ...[0, 1].flatMap((at) => missing.map((name) => `cards[${at}].${name}`))]],
  ])('checks the cards of a carousel', (cards, paths) => {
    const found = checkTemplateVariables(carousel, given({ variables: { '1': 'Jo' }, cards })).map(({ path }) => path);
    expect(found).toEqual(paths);
  });

  it('refuses cards for a template without a carousel', () => {
    expect(check(hello, { variables: { name: 'Jo' }, cards: [card] })).toEqual([
      'cards: the template has no carousel; leave cards out.',
    ]);
  });

  it('refuses containers of the wrong type, and takes null for none', () => {
    expect(check(track, { variables: ['x'], buttonVariables: 'y' })).toEqual([
      expect.stringMatching(/^buttonVariables\.button_0: is missing/),
      expect.stringMatching(/^variables: is a list/),
      expect.stringMatching(/^buttonVariables: is a string/),
    ]);
    expect(check(template([body('Hi.')]), { variables: null, buttonVariables: null, cards: null })).toEqual([]);
  });
});
