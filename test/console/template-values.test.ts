import { expect, it } from 'vitest';
import type { TemplateVariable } from '../../lib/console/api.js';
import { partsOf, piecesOf, sendValues } from '../../lib/console/parts/template-values.js';

const variable = (path: string, given: Partial<TemplateVariable> = {}): TemplateVariable => ({
  path,
  name: path.split('.').at(-1) ?? '',
  kind: 'TEXT',
  component: path.includes('button') ? 'BUTTON' : 'BODY',
  is_required: true,
  placeholder: null,
  card: path.startsWith('cards') ? Number(path[6]) : null,
  button_index: null,
  example: null,
  ...given,
});

it('What was typed becomes what a send takes, by place and kind', () => {
  const variables = [
    variable('variables.__proto__'),
    variable('variables.header_location', { kind: 'LOCATION', component: 'HEADER' }),
    variable('variables.limited_time_offer', { kind: 'OFFER_EXPIRATION' }),
    variable('button_variables.button_0', { kind: 'MULTI_PRODUCT' }),
    variable('button_variables.button_1', { kind: 'URL_SUFFIX' }),
    variable('cards[1].variables.header_document', { kind: 'DOCUMENT', component: 'HEADER' }),
  ];
  const values = {
    'variables.__proto__': ' Ana ',
    'variables.header_location.latitude': '-38',
    'variables.header_location.longitude': '-57.500',
    'variables.limited_time_offer': '2026-12-01T10:00Z',
    'button_variables.button_0.thumbnail_product_retailer_id': 'p1',
    'button_variables.button_0.sections': 'p1, p2',
    'button_variables.button_1': '  ',
    'cards[1].variables.header_document': '123',
    'cards[1].variables.header_document.filename': 'a.pdf',
  };
  expect(JSON.parse(JSON.stringify(sendValues(variables, values)))).toEqual(
    JSON.parse(`{
      "variables": {
        "__proto__": "Ana",
        "header_location": { "latitude": "-38", "longitude": "-57.500" },
        "limited_time_offer": "2026-12-01T10:00:00.000Z"
      },
      "button_variables": {
        "button_0": {
          "thumbnail_product_retailer_id": "p1",
          "sections": [{ "product_items": [{ "product_retailer_id": "p1" }, { "product_retailer_id": "p2" }] }]
        }
      },
      "cards": [
        { "variables": {}, "button_variables": {} },
        { "variables": { "header_document": { "id": "123", "filename": "a.pdf" } }, "button_variables": {} }
      ]
    }`),
  );
});

it('A text is its own pieces and the names of its variables; other braces are text', () => {
  expect(piecesOf('{{1}}, {{ name }} {{first name}}')).toEqual([
    { placeholder: '1' },
    ', ',
    { placeholder: 'name' },
    ' {{first name}}',
  ]);
});

it('A template without the texts that Meta writes itself is shown with them', () => {
  const [code] = partsOf({
    category: 'AUTHENTICATION',
    components: [
      { type: 'body', add_security_recommendation: true },
      { type: 'FOOTER', code_expiration_minutes: 10 },
    ],
  });
  expect(code).toMatchObject({
    body: '*{{1}}* is your verification code. For your security, do not share this code.',
    footer: 'This code expires in 10 minutes.',
  });
});
