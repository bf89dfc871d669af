import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { send, sendTemplate } from './graph-client.js';
import {
  body,
  button,
  carousel,
  code,
  fruitCard,
  header,
  offerUntil,
  sampleComponents,
  text,
} from './sample-components.js';

type Sample = keyof typeof sampleTemplates;

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

const sendSample = (sample: Sample, components: object[]) => sendTemplate(meta, sampleTemplates[sample], components);

const withBody = (...buttons: object[]) => [body(text('a')), ...buttons];
const payload = (value: string) => ({ type: 'payload', payload: value });

describe('the buttons of a template', () => {
  it.each<[string, Sample, object[], number, string]>([
    [
      'without the value of a URL',
      'urlButtons',
      withBody(),
      131008,
      'buttons: Button at index 0 of type Url requires a parameter',
    ],
    ['with an empty list for a URL', 'urlButtons', withBody(button('url', 0)), 131008, 'index 0 of type Url requires'],
    [
      'with a value for a URL that has no variable',
      'urlButtons',
      withBody(button('url', 0, text('a')), button('url', 1, text('a'))),
      100,
      'index 1 is of type Url and does not support parameters',
    ],
    [
      'with a value for a telephone number',
      'urlButtons',
      withBody(button('url', 0, text('a')), button('url', 2, text('a'))),
      100,
      'index 2 is of type Call and does not support parameters',
    ],
    [
      'with a sub type there is not',
      'urlButtons',
      withBody(button('phone_number', 2, text('a'))),
      100,
      'must be one of {',
    ],
    [
      'with the sub type of another',
      'urlButtons',
      withBody(button('quick_reply', 0, payload('a'))),
      100,
      'is of type Url and is not a quick_reply button',
    ],
    ['at an index there is not', 'urlButtons', withBody(button('url', 3, text('a'))), 131009, 'no button at index 3'],
    [
      'at an index that is no number',
      'urlButtons',
      withBody(button('url', 'first', text('a'))),
      100,
      'must be an integer',
    ],
    [
      'without an index',
      'urlButtons',
      withBody({ type: 'button', sub_type: 'url', parameters: [text('a')] }),
      131008,
      'index',
    ],
    [
      'twice at one index',
      'urlButtons',
      withBody(button('url', 0, text('a')), button('url', '0', text('b'))),
      131009,
      'two components',
    ],
    [
      'with a payload for a URL',
      'urlButtons',
      withBody(button('url', 0, payload('a'))),
      132012,
      'expected text, received payload',
    ],
    ['with two values for a URL', 'urlButtons', withBody(button('url', 0, text('a'), text('b'))), 100, 'one parameter'],
    ['with a URL over 2000', 'urlButtons', withBody(button('url', 0, text('x'.repeat(1990)))), 132005, '2000'],
    ['with a newline in a URL', 'urlButtons', withBody(button('url', 0, text('a\nb'))), 132018, 'new-line'],
    [
      'with a payload of 257',
      'quickReplies',
      [body(text('a'), text('b')), button('quick_reply', 0, payload('x'.repeat(257)))],
      100,
      '256',
    ],
    [
      'with text for a quick reply',
      'quickReplies',
      [body(text('a'), text('b')), button('quick_reply', 0, text('a'))],
      132012,
      'expected payload',
    ],
    ['without the coupon', 'copyCode', withBody(), 131008, 'index 1 of type CopyCode requires a parameter'],
    [
      'with a coupon of 21',
      'copyCode',
      withBody(button('copy_code', 1, code('x'.repeat(21)))),
      132018,
      '20 characters',
    ],
    ['with an empty coupon', 'copyCode', withBody(button('copy_code', 1, code(''))), 131008, 'coupon_code'],
    ['without the code in the button', 'oneTimeCode', [body(text('123456'))], 131008, 'index 0 of type Url requires'],
    ['without the code in the body', 'oneTimeCode', [button('url', 0, text('123456'))], 132000, 'body'],
    [
      'with a code of 16',
      'oneTimeCode',
      [body(text('1'.repeat(16))), button('url', 0, text('1'.repeat(16)))],
      132018,
      '15 characters',
    ],
    ['without the products', 'multiProduct', [header(text('a')), body(text('a'))], 131008, 'type Mpm requires'],
    ['with a flow that is no action', 'flow', [button('flow', 0, text('a'))], 132012, 'expected action'],
  ])('are refused %s', async (_case, sample, components, expected, details) => {
    const { status, body: answer } = await sendSample(sample, components);
    expect(status).toBe(400);
    expect(answer.error?.code).toBe(expected);
    expect(answer.error?.error_data?.details).toContain(details);
    expect(meta.messages).toEqual([]);
  });

  it.each<[string, Sample, object[]]>([
    ['a quick reply', 'quickReplies', [body(text('a'), text('b'))]],
    ['a flow', 'flow', []],
    ['a catalog', 'catalog', withBody()],
  ])('may be left alone: %s', async (_case, sample, components) => {
    expect((await sendSample(sample, components)).body.error).toBeUndefined();
  });

  it('cannot take a one-time code to a business-scoped user id', async () => {
    const { name, language } = sampleTemplates.oneTimeCode;
    const template = { name, language: { code: language }, components: sampleComponents.oneTimeCode };
    const answer = await send(meta, { to: undefined, recipient: 'US.123456', type: 'template', template });
    expect(answer.body.error?.code).toBe(131062);
  });
});

describe('offers and carousels', () => {
  const fruit = body(text('a'), text('b'));
  const offer = sampleComponents.limitedTimeOffer;

  it.each<[string, Sample, object[], number, string]>([
    [
      'an offer without its end',
      'limitedTimeOffer',
      offer.filter((_, index) => index !== 2),
      131008,
      'expiration_time_ms',
    ],
    [
      'an offer that ends in words',
      'limitedTimeOffer',
      offer.with(2, offerUntil('tomorrow')),
      100,
      'must be an integer',
    ],
    ['an offer that ended before it began', 'limitedTimeOffer', offer.with(2, offerUntil(0)), 100, 'milliseconds'],
    ['an offer where there is none', 'plain', [offerUntil(1)], 132018, 'not a limited-time offer'],
    ['a carousel without cards', 'carousel', [fruit], 132000, 'carousel cards: number of localizable_params (0)'],
    ['a card too few', 'carousel', [fruit, carousel(fruitCard(0))], 132000, '(2)'],
    ['a card too many', 'carousel', [fruit, carousel(fruitCard(0), fruitCard(1), fruitCard(2))], 132000, '(3)'],
    ['one card twice', 'carousel', [fruit, carousel(fruitCard(0), fruitCard(0))], 131009, 'card_index'],
    [
      'a card at an index there is not',
      'carousel',
      [fruit, carousel(fruitCard(0), fruitCard(2))],
      131009,
      'card_index',
    ],
    [
      'a card without its image',
      'carouselWithoutVariables',
      [carousel(...[0, 1, 2].map((card_index) => ({ card_index, components: [] })))],
      132012,
      'expected IMAGE',
    ],
    [
      'a card with the wrong button',
      'carousel',
      [fruit, carousel(fruitCard(0), fruitCard(1, button('url', 0, text('a'))))],
      100,
      'QuickReply',
    ],
    [
      'a card with a carousel',
      'carousel',
      [fruit, carousel(fruitCard(0), fruitCard(1, carousel()))],
      100,
      'must be one of',
    ],
    ['a carousel where there is none', 'plain', [carousel(fruitCard(0))], 132018, 'not a carousel'],
  ])('are refused: %s', async (_case, sample, components, expected, details) => {
    const { status, body: answer } = await sendSample(sample, components);
    expect(status).toBe(400);
    expect(answer.error?.code).toBe(expected);
    expect(answer.error?.error_data?.details).toContain(details);
  });
});
