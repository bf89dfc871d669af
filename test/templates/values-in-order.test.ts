import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { resolveTemplate } from '../../lib/templates/variables/fill-template.js';
import { type ListedFields, valuesInOrder, type ValuesInOrder } from '../../lib/templates/variables/values-in-order.js';
import { body, buttons, carousel, header, oneTimeCode, template } from './template-fixtures.js';

const listed = (name: string, ...values: readonly unknown[]): ListedFields => ({
  values,
  pathOf: (index) => `${name}[${index}]`,
});
const given = (rest: Partial<ValuesInOrder>): ValuesInOrder => ({ templatePath: 'template_name', ...rest });
const bodyParams = (...values: readonly unknown[]) => given({ body: listed('body_params', ...values) });

function problemsOf(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
  return [];
}

const pathsOf = (run: () => unknown) => problemsOf(run).map(({ path }) => path);

describe('Values given in the order of the variables', () => {
  it('fill a positional body by number, however its text orders them', () => {
    const outOfOrder = template([body('At {{2}} for {{1}}: {{2}} sharp.')]);
    expect(valuesInOrder(outOfOrder, bodyParams('Ana', '10:30')).variables).toEqual({ '1': 'Ana', '2': '10:30' });
  });

  it('fill a named body in order of appearance', () => {
    const named = template([body('{{zoe}} meets {{adam}}, says {{zoe}}.')]);
    expect(valuesInOrder(named, bodyParams('Z', 'A')).variables).toEqual({ zoe: 'Z', adam: 'A' });
  });

  it('keep the header of a positional template apart from its body', () => {
    const both = template([header('TEXT', 'Order {{1}}'), body('Hi {{1}}.')]);
    const values = valuesInOrder(both, given({ header: listed('header_params', 'A-7'), body: listed('body', 'Ana') }));
    expect(values.variables).toEqual({ header_1: 'A-7', '1': 'Ana' });
  });

  it('may fill a header that shows an image, by address or media id', () => {
    const image = template([header('IMAGE'), body('Hi.')]);
    const values = valuesInOrder(image, given({ header: listed('header_params', 'https://cdn.example/a.png') }));
    expect(resolveTemplate(image, values)).toEqual([
      { type: 'header', parameters: [{ type: 'image', image: { link: 'https://cdn.example/a.png' } }] },
    ]);
  });

  it('take other variables by their names', () => {
    const rich = template([
      header('IMAGE'),
      body('Hi {{1}}.'),
      buttons({ type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' }),
    ]);
    const named = {
      header_image: { path: 'header_image_url', value: { id: '77' } },
      header_video: { path: 'header_video_url', value: undefined },
      button_0: { path: 'button_0', value: 'A-7' },
    };
    expect(valuesInOrder(rich, given({ body: listed('body', 'Ana'), named }))).toEqual({
      variables: { header_image: { id: '77' }, '1': 'Ana' },
      buttonVariables: { button_0: 'A-7' },
    });
  });

  it('need a name once that stands in the header and in the body', () => {
    const once = { variables: { name: 'Juan', company: 'Mi Empresa' }, buttonVariables: {} };
    const inBody = listed('body_params', 'Juan', 'Mi Empresa');
    expect(valuesInOrder(sampleTemplates.named, given({ body: inBody }))).toEqual(once);
    const twice = given({ header: listed('header_params', 'Juan'), body: inBody });
    expect(valuesInOrder(sampleTemplates.named, twice)).toEqual(once);
    const contradictory = given({ header: listed('header_params', 'Ana'), body: inBody });
    expect(problemsOf(() => valuesInOrder(sampleTemplates.named, contradictory))).toEqual([
      {
        path: 'body_params[0]',
        message: 'differs from header_params[0], which gives the same variable; write the same or leave it out.',
      },
    ]);
  });

  it('name each one that is missing or too many by the field of the request, and where the template has it', () => {
    const two = template([body('Hi {{1}}, order {{2}}.')]);
    expect(problemsOf(() => valuesInOrder(two, bodyParams('Ana')))).toEqual([
      { path: 'body_params[1]', message: 'is missing; the body says "Hi {{1}}, order {{2}}.".' },
    ]);
    const wrong = given({ header: listed('header_params', 'X'), body: listed('body_params', 'Ana', '', 'three') });
    expect(problemsOf(() => valuesInOrder(two, wrong))).toEqual([
      { path: 'header_params[0]', message: 'is one too many; the header takes none.' },
      { path: 'body_params[2]', message: 'is one too many; the body takes only 2.' },
      { path: 'body_params[1]', message: 'is empty, which Meta refuses; write at least one character.' },
    ]);
  });

  it('tell of a gap at its own place, and of none after the last', () => {
    const two = template([body('Hi {{1}}, order {{2}}.')]);
    expect(pathsOf(() => valuesInOrder(two, bodyParams(undefined, '12', undefined)))).toEqual(['body_params[0]']);
  });

  it('do not name each of thousands that are too many', () => {
    const many = Array.from({ length: 5_000 }, () => 'x');
    expect(pathsOf(() => valuesInOrder(template([body('Hi.')]), bodyParams(...many)))).toHaveLength(20);
  });

  it('are refused under a name that the template does not have', () => {
    const named = { header_video: { path: 'header_video_url', value: 'https://cdn.example/a.mp4' } };
    const image = template([header('IMAGE'), body('Hi.')]);
    const images = { ...named, header_image: { path: 'header_image_url', value: undefined } };
    expect(pathsOf(() => valuesInOrder(image, given({ named: images })))).toEqual([
      'header_video_url',
      'header_image_url',
    ]);
    const inherited = given({ named: { constructor: { path: 'field', value: 'x' } } });
    expect(pathsOf(() => valuesInOrder(template([body('Hi.')]), inherited))).toEqual(['field']);
  });

  it('tell by the template what such a request has no field for', () => {
    const linked = template([body('Hi.'), buttons({ type: 'URL', text: 'Track', url: 'https://shop.example/{{1}}' })]);
    expect(problemsOf(() => valuesInOrder(linked, bodyParams()))).toEqual([
      { path: 'template_name', message: expect.stringMatching(/^needs button_0, for which .*\("Track", URL\)\.$/) },
    ]);
    const cards = problemsOf(() => valuesInOrder(carousel, bodyParams('Ana')));
    expect(cards).toHaveLength(6);
    expect(cards).toContainEqual({
      path: 'template_name',
      message: expect.stringMatching(/^needs header_image of card 1, for which this request has no field/),
    });
  });

  it('carry a one-time code from its own field or from the body to both places', () => {
    const code = { path: 'otp_code', value: '123456' };
    const components = [
      { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: '123456' }] },
    ];
    const unwritten = { oneTimeCode: { path: 'otp_code', value: undefined } };
    for (const values of [
      given({ oneTimeCode: code, body: listed('body') }),
      given({ ...unwritten, body: listed('body', '123456') }),
      given({ oneTimeCode: code, body: listed('body', 123456) }),
      given({ oneTimeCode: code, named: { button_0: { path: 'button_0', value: '123456' } } }),
    ]) {
      expect(resolveTemplate(oneTimeCode, valuesInOrder(oneTimeCode, values))).toEqual(components);
    }
    expect(pathsOf(() => valuesInOrder(oneTimeCode, given({ ...unwritten, body: listed('body') })))).toEqual([
      'otp_code',
    ]);
  });

  it('never report a one-time code, not even where two of them differ', () => {
    const differing = given({
      oneTimeCode: { path: 'otp_code', value: '778899' },
      body: listed('body', '665544'),
      named: { button_0: { path: 'button_0', value: '332211' } },
    });
    const problems = problemsOf(() => valuesInOrder(oneTimeCode, differing));
    expect(problems.map(({ path }) => path)).toEqual(['body[0]', 'button_0']);
    expect(JSON.stringify(problems)).not.toMatch(/778899|665544|332211/);
    const unwanted = given({ oneTimeCode: { path: 'otp_code', value: '778899' } });
    expect(problemsOf(() => valuesInOrder(template([body('Hi.')]), unwanted))).toEqual([
      { path: 'otp_code', message: 'is not wanted: the template carries no one-time code; leave it out.' },
    ]);
  });
});
