import { describe, expect, it, test } from 'vitest';
import { variablesOf } from '../../lib/templates/variables/template-variables.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

const offer = (has_expiration: boolean) =>
  template([{ type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Ends soon', has_expiration } }, body('Hi.')]);

describe('variablesOf', () => {
  it('describes the variables of a body by name, place and example', () => {
    const named = template(
      [
        {
          type: 'BODY',
          text: 'Hello {{customer_name}}, order {{order_id}} is on its way',
          example: { body_text_named_params: [{ param_name: 'order_id', example: '12' }] },
        },
      ],
      { parameterFormat: 'NAMED' },
    );
    expect(variablesOf(named)).toMatchObject([
      { name: 'customer_name', type: 'TEXT', component: 'BODY', position: 1, isRequired: true },
      { name: 'order_id', type: 'TEXT', component: 'BODY', position: 2, isRequired: true, example: '12' },
    ]);
  });

  it('takes examples of numbered variables from the list in the list', () => {
    const positional = template([
      { type: 'HEADER', format: 'TEXT', text: 'Order {{1}}', example: { header_text: ['99'] } },
      { type: 'BODY', text: 'b {{2}} a {{1}} c', example: { body_text: [['one', 'two']] } },
    ]);
    expect(variablesOf(positional).map(({ name, example }) => [name, example])).toEqual([
      ['header_1', '99'],
      ['1', 'one'],
      ['2', 'two'],
    ]);
  });

  test.each([
    ['the body has the same number', 'Hi {{1}}.', ['header_1', '1']],
    ['the body has other numbers only', 'Hi.', ['1']],
  ])("names the header's {{1}} rightly when %s", (_, text, names) => {
    expect(variablesOf(template([header('TEXT', 'Order {{1}}'), body(text)])).map(({ name }) => name)).toEqual(names);
  });

  test.each([
    ['IMAGE', 'header_image', 'IMAGE'],
    ['video', 'header_video', 'VIDEO'],
    ['DOCUMENT', 'header_document', 'DOCUMENT'],
    ['LOCATION', 'header_location', 'LOCATION'],
  ])('asks for a %s header as %s', (format, name, type) => {
    expect(variablesOf(template([header(format), body('Hi.')]))).toMatchObject([
      { name, type, component: 'HEADER', position: 1, isRequired: true },
    ]);
  });

  it('counts every button and asks only for those that take a value', () => {
    const withButtons = template([
      body('Hi.'),
      buttons(
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'PHONE_NUMBER', text: 'Call', phone_number: '+5491112345678' },
        { type: 'URL', text: 'Site', url: 'https://shop.example/' },
        { type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}', example: ['https://shop.example/7'] },
        { type: 'COPY_CODE', example: '250FF' },
        { type: 'FLOW', text: 'Book' },
        { type: 'CATALOG', text: 'View catalog' },
        { type: 'MPM', text: 'View items' },
        { type: 'SOMETHING_NEW', text: 'New' },
      ),
    ]);
    expect(variablesOf(withButtons).map(({ name, isRequired, buttonType }) => [name, isRequired, buttonType])).toEqual([
      ['button_0', false, 'QUICK_REPLY'],
      ['button_3', true, 'URL'],
      ['button_4', true, 'COPY_CODE'],
      ['button_5', false, 'FLOW'],
      ['button_6', false, 'CATALOG'],
      ['button_7', true, 'MPM'],
    ]);
  });

  test.each([
    ['given back by Meta', oneTimeCode],
    [
      'as created',
      template([{ type: 'body', add_security_recommendation: true }, buttons({ type: 'otp', otp_type: 'copy_code' })]),
    ],
  ])('asks for a one-time code once, %s', (_, authentication) => {
    expect(variablesOf(authentication)).toMatchObject([{ name: '1', component: 'BODY', kind: 'ONE_TIME_CODE' }]);
    expect(variablesOf(authentication)).toHaveLength(1);
  });

  it('says which card of a carousel a variable belongs to', () => {
    expect(variablesOf(carousel).map(({ card, name }) => [card, name])).toEqual([
      [undefined, '1'],
      ...[0, 1].flatMap((card) => ['header_image', '1', 'button_0', 'button_1'].map((name) => [card, name])),
    ]);
  });

  it('asks for the end of a limited-time offer that has one', () => {
    expect(variablesOf(offer(true))).toMatchObject([{ name: 'limited_time_offer', isRequired: true }]);
    expect(variablesOf(offer(false))).toEqual([]);
  });

  it('asks for nothing when nothing is variable, and tolerates components it does not know', () => {
    expect(
      variablesOf(template([body('Hi.'), { type: 'FOOTER', text: 'Bye {{1}}' }, { type: 'CALL_PERMISSION_REQUEST' }])),
    ).toEqual([]);
  });
});
