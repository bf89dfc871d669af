import { describe, expect, it, test } from 'vitest';
import { checkMessageComponents } from '../../lib/templates/variables/variables-of-components.js';
import { resolveTemplate } from '../../lib/templates/variables/fill-template.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

const text = (value: unknown, parameter_name?: string) => ({ type: 'text', text: value, parameter_name });
const order = template([
  header('TEXT', 'Order {{1}}'),
  body('Dear {{1}}, it comes {{2}}!'),
  buttons({ type: 'QUICK_REPLY', text: 'Yes' }, { type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' }),
]);
const named = template([body('Dear {{name}}, it comes {{day}}!')], { parameterFormat: 'NAMED' });
const top = { type: 'header', parameters: [text('A-1')] };
const middle = { type: 'body', parameters: [text('Jo'), text('today')] };
const track = { type: 'button', sub_type: 'url', index: '1', parameters: [text('7')] };

describe('checkMessageComponents', () => {
  test.each([
    [
      'in any order, with any case, and an index of either type',
      [{ ...track, index: 1, sub_type: 'URL' }, { ...middle, type: 'BODY' }, top],
    ],
    [
      'with a payload',
      [
        top,
        middle,
        track,
        { type: 'button', sub_type: 'quick_reply', index: 0, parameters: [{ type: 'payload', payload: 'y' }] },
      ],
    ],
    [
      'with a tap target, of which the template says nothing',
      [top, middle, track, { type: 'tap_target_configuration' }],
    ],
  ])('takes components %s', (_, components) => {
    expect(checkMessageComponents(order, components)).toEqual([]);
  });

  test.each([
    ['components', { body: 1 }, 'components', /is an object; write a list/],
    ['a component', [top, middle, track, 'x'], 'components[3]', /write an object/],
    ['a type', [top, middle, track, { type: 'footer' }], 'components[3].type', /header, body/],
    ['a second body', [top, middle, track, middle], 'components[3]', /repeats components\[1\]/],
    [
      'too few',
      [top, { ...middle, parameters: [text('Jo')] }, track],
      'components[1].parameters',
      /lacks a value for \{\{2\}\} of the body/,
    ],
    [
      'too many',
      [top, { ...middle, parameters: [text('1'), text('2'), text('3')] }, track],
      'components[1].parameters[2]',
      /one too many; the body takes 2/,
    ],
    ['no body', [top, track], 'components', /lacks a value for \{\{1\}\} of the body/],
    [
      'a name',
      [top, { ...middle, parameters: [text('1', 'x'), text('2')] }, track],
      'components[1].parameters[0].parameter_name',
      /leave it out/,
    ],
    [
      'a number',
      [top, { ...middle, parameters: [text(1), text('2')] }, track],
      'components[1].parameters[0].text',
      /is a number; write text/,
    ],
    [
      'an empty text',
      [top, { ...middle, parameters: [text(''), text('2')] }, track],
      'components[1].parameters[0].text',
      /is empty/,
    ],
    [
      'an image',
      [{ type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] }, middle, track],
      'components[0].parameters[0].type',
      /must be text/,
    ],
    ['an index out of range', [top, middle, { ...track, index: '2' }], 'components[2].index', /0 to 1/],
    ['no index', [top, middle, { ...track, index: undefined }], 'components[2].index', /0 to 1/],
    [
      'another kind of button',
      [top, middle, { ...track, sub_type: 'flow' }],
      'components[2].sub_type',
      /must be "url".*"Track"/,
    ],
    ['no list', [top, middle, { ...track, parameters: 'x' }], 'components[2].parameters', /write a list/],
    ['a carousel', [top, middle, track, { type: 'carousel', cards: [] }], 'components[3].cards', /no carousel/],
  ])('refuses %s', (_, components, path, message) => {
    const problems = checkMessageComponents(order, components);
    expect(problems).toContainEqual({ path, message: expect.stringMatching(message) });
  });

  it('takes named parameters in any order', () => {
    expect(
      checkMessageComponents(named, [{ type: 'body', parameters: [text('today', 'day'), text('Jo', 'name')] }]),
    ).toEqual([]);
  });

  test.each([
    [
      [text('Jo', 'name'), text('x', 'dya')],
      ['components[0].parameters[1].parameter_name', 'components[0].parameters'],
    ],
    [
      [text('Jo', 'name'), text('x')],
      ['components[0].parameters[1].parameter_name', 'components[0].parameters'],
    ],
    [[text('Jo', 'name'), text('Jo', 'name'), text('x', 'day')], ['components[0].parameters[1].parameter_name']],
  ])('refuses wrong, absent and repeated names: %j', (parameters, paths) => {
    expect(checkMessageComponents(named, [{ type: 'body', parameters }]).map(({ path }) => path)).toEqual(paths);
  });

  it('does not take an amount without its currency for a date', () => {
    const currency = { type: 'currency', currency: { fallback_value: '$1' } };
    const parameters = [currency, text('today')];
    expect(checkMessageComponents(order, [top, { type: 'body', parameters }, track]).map(({ path }) => path)).toEqual([
      'components[1].parameters[0].currency.code',
      'components[1].parameters[0].currency.amount_1000',
    ]);
  });

  const code = (value: string) => ({ type: 'body', parameters: [text(value)] });
  const copy = (value: string) => ({ type: 'button', sub_type: 'url', index: '0', parameters: [text(value)] });
  test.each([
    [[code('123456'), copy('123456')], []],
    [[code('123456')], ['components']],
    [[code('123456'), copy('654321')], ['components[1].parameters[0].text']],
  ])('wants a one-time code twice, the same, and never repeats it', (components, paths) => {
    const problems = checkMessageComponents(oneTimeCode, components);
    expect(problems.map(({ path }) => path)).toEqual(paths);
    expect(JSON.stringify(problems)).not.toMatch(/123456|654321/);
  });

  const values = { variables: { header_image: '77', '1': '10' }, buttonVariables: { button_1: 'x' } };
  const resolved = resolveTemplate(carousel, { variables: { '1': 'Jo' }, cards: [values, values] });
  const given = (change: (cards: Record<string, unknown>[]) => unknown): unknown[] => {
    const [first, second]: [unknown, { cards: Record<string, unknown>[] }] = JSON.parse(JSON.stringify(resolved));
    return [first, { ...second, cards: change(second.cards) }];
  };

  test.each<[string, unknown, string[]]>([
    ['all cards', resolved, []],
    ['no carousel', resolved.slice(0, 1), ['components']],
    ['a card too few', given((cards) => cards.slice(1)), ['components[1].cards', 'components[1].cards[0].card_index']],
    ['no list', given(() => 'x'), ['components[1].cards']],
    [
      'a card without its image',
      given(([one, two]) => [
        one,
        { ...two, components: Array.isArray(two?.components) ? two.components.slice(1) : [] },
      ]),
      ['components[1].cards[1].components'],
    ],
  ])('checks a carousel with %s', (_, components, paths) => {
    expect(checkMessageComponents(carousel, components).map(({ path }) => path)).toEqual(paths);
  });

  it('takes nothing where nothing is variable', () => {
    expect(checkMessageComponents(template([body('Hi.')]), undefined)).toEqual([]);
    expect(checkMessageComponents(template([body('Hi.')]), [{ type: 'body', parameters: [] }])).toEqual([]);
  });
});
