import { describe, expect, it, test } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { resolveTemplate } from '../../lib/templates/variables/fill-template.js';
import type { TemplateButton } from '../../lib/templates/template-component.js';
import type { TemplateButtonValue, TemplateVariableValue } from '../../lib/templates/variables/variable-values.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

const cardValues = (price: string) => ({
  variables: { header_image: '77', '1': price },
  buttonVariables: { button_1: price },
});
const cardComponents = (price: string) => [
  { type: 'header', parameters: [{ type: 'image', image: { id: '77' } }] },
  { type: 'body', parameters: [{ type: 'text', text: price }] },
  { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: price }] },
];

describe('resolveTemplate', () => {
  test.each<[string, string, Record<string, TemplateVariableValue>, object]>([
    ['an image by id', 'IMAGE', { header_image: '1234567890' }, { type: 'image', image: { id: '1234567890' } }],
    [
      'an image by address',
      'IMAGE',
      { header_image: 'https://cdn.example/a.png' },
      { type: 'image', image: { link: 'https://cdn.example/a.png' } },
    ],
    ['a video', 'VIDEO', { header_video: { id: '42' } }, { type: 'video', video: { id: '42' } }],
    [
      'a document with its file name',
      'DOCUMENT',
      { header_document: { link: 'https://cdn.example/a.pdf', filename: 'Invoice.pdf' } },
      { type: 'document', document: { link: 'https://cdn.example/a.pdf', filename: 'Invoice.pdf' } },
    ],
    [
      'a location',
      'LOCATION',
      { header_location: { latitude: -34.6, longitude: '-58.38', name: 'Shop', address: 'Street 1' } },
      { type: 'location', location: { latitude: '-34.6', longitude: '-58.38', name: 'Shop', address: 'Street 1' } },
    ],
    [
      'a product',
      'PRODUCT',
      { header_product: { catalog_id: '1', product_retailer_id: 'sku' } },
      { type: 'product', product: { catalog_id: '1', product_retailer_id: 'sku' } },
    ],
  ])('sends %s as header', (_, format, variables, parameter) => {
    expect(resolveTemplate(template([header(format), body('Hi.')]), { variables })).toEqual([
      { type: 'header', parameters: [parameter] },
    ]);
  });

  it('sends a text header and a body by position, in the order of the numbers', () => {
    const both = template([header('TEXT', 'Order {{1}}'), body('To {{2}} from {{1}}!')]);
    const variables = { header_1: 'A-1', '2': 'Jo', '1': 7 };
    expect(resolveTemplate(both, { variables })).toEqual([
      { type: 'header', parameters: [{ type: 'text', text: 'A-1' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', text: '7' },
          { type: 'text', text: 'Jo' },
        ],
      },
    ]);
  });

  test.each<Record<string, string>>([{ '1': 'A-1' }, { header_1: 'A-1' }])(
    "takes the header's only {{1}} as %j",
    (variables) => {
      expect(resolveTemplate(template([header('TEXT', 'Order {{1}}'), body('Hi.')]), { variables })).toEqual([
        { type: 'header', parameters: [{ type: 'text', text: 'A-1' }] },
      ]);
    },
  );

  it('sends named variables with their names, one value for header and body', () => {
    const named = template([header('TEXT', 'Hi {{name}}'), body('Dear {{name}}, see {{constructor}}.')], {
      parameterFormat: 'NAMED',
    });
    expect(resolveTemplate(named, { variables: { name: 'Jo', constructor: 'it' } })).toEqual([
      { type: 'header', parameters: [{ type: 'text', parameter_name: 'name', text: 'Jo' }] },
      {
        type: 'body',
        parameters: [
          { type: 'text', parameter_name: 'name', text: 'Jo' },
          { type: 'text', parameter_name: 'constructor', text: 'it' },
        ],
      },
    ]);
  });

  it('sends amounts and dates', () => {
    const variables = {
      '1': { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 },
      '2': { fallback_value: 'February 25, 1977' },
    };
    expect(resolveTemplate(template([body('Pay {{1}} by {{2}}.')]), { variables })).toEqual([
      {
        type: 'body',
        parameters: [
          { type: 'currency', currency: { fallback_value: '$100.99', code: 'USD', amount_1000: 100990 } },
          { type: 'date_time', date_time: { fallback_value: 'February 25, 1977' } },
        ],
      },
    ]);
  });

  const url: TemplateButton = { type: 'URL', text: 'Track', url: 'https://shop.example/o/{{1}}' };
  const sections = [{ title: 'Hats', product_items: [{ product_retailer_id: 'hat-1' }] }];
  test.each<[string, TemplateButton, TemplateButtonValue, string, object]>([
    ['a URL', url, 'a b/ñ?x=%20', 'url', { type: 'text', text: 'a%20b/%C3%B1?x=%20' }],
    [
      'a quick reply',
      { type: 'QUICK_REPLY', text: 'Yes' },
      'yes:7',
      'quick_reply',
      { type: 'payload', payload: 'yes:7' },
    ],
    ['a coupon', { type: 'COPY_CODE' }, 'CARIBE25', 'copy_code', { type: 'coupon_code', coupon_code: 'CARIBE25' }],
    [
      'a flow by token',
      { type: 'FLOW', text: 'Book' },
      'tok',
      'flow',
      { type: 'action', action: { flow_token: 'tok' } },
    ],
    [
      'a flow by object',
      { type: 'FLOW', text: 'Book' },
      { flow_action_data: { day: 1 } },
      'flow',
      { type: 'action', action: { flow_action_data: { day: 1 } } },
    ],
    [
      'a catalog',
      { type: 'CATALOG', text: 'View catalog' },
      'hat-1',
      'CATALOG',
      { type: 'action', action: { thumbnail_product_retailer_id: 'hat-1' } },
    ],
    [
      'several products',
      { type: 'MPM', text: 'View items' },
      { thumbnail_product_retailer_id: 'hat-1', sections },
      'mpm',
      { type: 'action', action: { thumbnail_product_retailer_id: 'hat-1', sections } },
    ],
  ])('sends the button of %s with its place among all buttons', (_, button, value, sub_type, parameter) => {
    const withButtons = template([
      body('Hi.'),
      buttons({ type: 'PHONE_NUMBER', text: 'Call', phone_number: '+5491112345678' }, button),
    ]);
    expect(resolveTemplate(withButtons, { buttonVariables: { button_1: value } })).toEqual([
      { type: 'button', sub_type, index: '1', parameters: [parameter] },
    ]);
  });

  test.each(['QUICK_REPLY', 'FLOW', 'CATALOG', 'SPM', 'VOICE_CALL', 'PHONE_NUMBER'])(
    'leaves out a %s button without a value',
    (type) => {
      expect(resolveTemplate(template([body('Hi.'), buttons({ type, text: 'Go' })]))).toEqual([]);
    },
  );

  it('sends a one-time code in the body and in the button', () => {
    const components = [
      { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
    ];
    expect(resolveTemplate(oneTimeCode, { variables: { '1': '123456' } })).toEqual(components);
    expect(
      resolveTemplate(oneTimeCode, { variables: { '1': 123456 }, buttonVariables: { button_0: '123456' } }),
    ).toEqual(components);
  });

  const expires = 1_798_135_200_000;
  test.each([
    ['Unix milliseconds', expires],
    ['digits', String(expires)],
    ['a Date', new Date(expires)],
    ['ISO 8601', '2026-12-24T18:00:00Z'],
  ])('sends the end of a limited-time offer given as %s', (_, limited_time_offer) => {
    const offer = template([
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: true } },
      body('Hi.'),
      buttons({ type: 'COPY_CODE' }, url),
    ]);
    const buttonVariables = { button_0: 'SAVE', button_1: 'x' };
    expect(resolveTemplate(offer, { variables: { limited_time_offer }, buttonVariables })).toEqual([
      {
        type: 'limited_time_offer',
        parameters: [{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms: expires } }],
      },
      { type: 'button', sub_type: 'copy_code', index: '0', parameters: [{ type: 'coupon_code', coupon_code: 'SAVE' }] },
      { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'x' }] },
    ]);
  });

  it('gives the code of a limited-time offer index 0 although the template lists it last', () => {
    const offer = template([
      { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration: false } },
      body('Hi.'),
      buttons(url, { type: 'COPY_CODE' }),
    ]);
    expect(resolveTemplate(offer, { buttonVariables: { button_0: 'x', button_1: 'SAVE' } })).toMatchObject([
      { sub_type: 'url', index: '1' },
      { sub_type: 'copy_code', index: '0' },
    ]);
  });

  it('sends the cards of a carousel in their order', () => {
    expect(
      resolveTemplate(carousel, { variables: { '1': 'Jo' }, cards: [cardValues('10'), cardValues('20')] }),
    ).toEqual([
      { type: 'body', parameters: [{ type: 'text', text: 'Jo' }] },
      {
        type: 'carousel',
        cards: [
          { card_index: 0, components: cardComponents('10') },
          { card_index: 1, components: cardComponents('20') },
        ],
      },
    ]);
  });

  it('is empty when nothing is variable', () => {
    expect(resolveTemplate(template([header('TEXT', 'Hello'), body('Hi.'), { type: 'FOOTER', text: 'Bye' }]))).toEqual(
      [],
    );
  });

  it('throws every problem at once', () => {
    const two = template([body('{{1}} and {{2}}.')]);
    expect(() => resolveTemplate(two, { variables: { '2': '' } })).toThrow(ValidationError);
    expect(() => resolveTemplate(two, { variables: { '2': '' } })).toThrow(
      /variables\.1: is missing.*variables\.2: is empty/,
    );
  });
});
