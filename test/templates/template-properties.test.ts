import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ValidationProblem, ValidationError } from '../../lib/errors.js';
import { checkMessageComponents } from '../../lib/templates/variables/variables-of-components.js';
import {
  checkTemplateVariables,
  resolveTemplate,
  previewTemplate,
} from '../../lib/templates/variables/fill-template.js';
import { placeholderNames } from '../../lib/templates/variables/template-part.js';
import type { TemplateComponent, TemplateDefinition, TemplateButton } from '../../lib/templates/template-component.js';
import { variablesOf } from '../../lib/templates/variables/template-variables.js';
import { encodeUrlSuffix } from '../../lib/templates/variables/values/read-variable.js';
import type { TemplatePartVariables, TemplateVariables } from '../../lib/templates/variables/variable-values.js';
import { body, buttons, header, oneTimeCode, template } from './template-fixtures.js';

const name = fc.constantFrom('1', '2', '3', 'name', 'constructor', '__proto__');
const words = fc.array(
  fc.oneof(
    fc.constantFrom('Hi ', ', ', '. ', '{', '$&'),
    name.map((one) => `{{${one}}}`),
  ),
  { maxLength: 6 },
);
const text = words.map((list) => `Dear ${list.join('')}.`);
const anyHeader: fc.Arbitrary<TemplateComponent> = fc.oneof(
  text.map((own) => header('TEXT', own)),
  fc.constantFrom('IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'PRODUCT', 'GIF').map((format) => header(format)),
);
const anyButton: fc.Arbitrary<TemplateButton> = fc.oneof(
  fc
    .constantFrom('QUICK_REPLY', 'PHONE_NUMBER', 'COPY_CODE', 'FLOW', 'CATALOG', 'MPM', 'NEW')
    .map((type) => ({ type, text: 'Go' })),
  fc.constantFrom('https://a.example/{{1}}', 'https://a.example/').map((url) => ({ type: 'URL', text: 'Go', url })),
);
const part: fc.Arbitrary<readonly TemplateComponent[]> = fc
  .tuple(fc.option(anyHeader), text, fc.array(anyButton, { maxLength: 4 }))
  .map(([top, middle, list]) => [...(top ? [top] : []), body(middle), ...(list.length > 0 ? [buttons(...list)] : [])]);
const anyTemplate: fc.Arbitrary<TemplateDefinition> = fc
  .tuple(part, fc.array(part, { maxLength: 3 }), fc.constantFrom('NAMED', 'POSITIONAL', undefined))
  .map(([main, cards, parameterFormat]) => {
    const carousel = { type: 'CAROUSEL', cards: cards.map((components) => ({ components })) };
    return template([...main, ...(cards.length > 0 ? [carousel] : [])], { parameterFormat });
  });

const shortText = fc
  .string({ unit: fc.constantFrom('a', 'ñ', '🎉', '{', '}', '$', '%', '1', ' '), minLength: 1, maxLength: 5 })
  .map((own) => `v${own}`);
const right: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  IMAGE: fc.constantFrom('123', 'https://a.example/x'),
  VIDEO: fc.constant({ id: '123' }),
  GIF: fc.constantFrom({ id: '123' }, { link: 'https://a.example/x.mp4' }),
  DOCUMENT: fc.constant({ link: 'https://a.example/x.pdf', filename: 'x.pdf' }),
  LOCATION: fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.integer({ min: -180, max: 180 }),
  }),
  PRODUCT: fc.constant({ catalog_id: '1', product_retailer_id: 'x' }),
  CATALOG: fc.constant('sku'),
  FLOW: fc.oneof(shortText, fc.constant({ flow_action_data: { a: 1 } })),
  MULTI_PRODUCT: fc.constant({
    thumbnail_product_retailer_id: 'x',
    sections: [{ title: 'Hats', product_items: [{ product_retailer_id: 'x' }] }],
  }),
};

/** An input with a value for every variable: right ones, or anything at all. */
function inputFor(definition: TemplateDefinition, wrong: boolean): fc.Arbitrary<TemplateVariables> {
  const variables = variablesOf(definition);
  const values = variables.map(({ kind }) =>
    wrong ? fc.oneof(fc.jsonValue(), shortText) : (right[kind] ?? shortText),
  );
  return fc.tuple(...values).map((list) => {
    const partOf = (card?: number): TemplatePartVariables => {
      const own = (isButton: boolean) =>
        variables
          .map((variable, index) => ({ variable, value: list[index] }))
          .filter(({ variable }) => variable.card === card && (variable.component === 'BUTTON') === isButton)
          .map(({ variable, value }) => [variable.name, value]);
      return { variables: Object.fromEntries(own(false)), buttonVariables: Object.fromEntries(own(true)) };
    };
    const count = definition.components.find(({ type }) => type === 'CAROUSEL')?.cards?.length ?? 0;
    return { ...partOf(), cards: Array.from({ length: count }, (_, index) => partOf(index)) };
  });
}
const withInput = (wrong: boolean) =>
  anyTemplate.chain((definition) => inputFor(definition, wrong).map((input) => ({ definition, input })));

/** The problems for which resolving refuses; none when it does not. */
function refusalOf(definition: TemplateDefinition, input: TemplateVariables): readonly ValidationProblem[] {
  try {
    resolveTemplate(definition, input);
    return [];
  } catch (error) {
    if (error instanceof ValidationError) return error.problems;
    throw error;
  }
}

describe('a template and its values', () => {
  it('are refused by resolving exactly when checking finds a problem', () => {
    fc.assert(
      fc.property(fc.oneof(withInput(true), withInput(false)), ({ definition, input }) => {
        expect(refusalOf(definition, input)).toEqual(checkTemplateVariables(definition, input));
      }),
    );
  });

  it('are taken when every variable that is listed has a right value', () => {
    fc.assert(
      fc.property(withInput(false), ({ definition, input }) => {
        expect(checkTemplateVariables(definition, input)).toEqual([]);
      }),
    );
  });

  it("make components that the check of Meta's own shape takes", () => {
    fc.assert(
      fc.property(withInput(false), ({ definition, input }) => {
        expect(checkMessageComponents(definition, resolveTemplate(definition, input))).toEqual([]);
      }),
    );
  });

  it('make as many body parameters as the body has variables', () => {
    fc.assert(
      fc.property(withInput(false), ({ definition, input }) => {
        const sent = resolveTemplate(definition, input).find(({ type }) => type === 'body');
        const wanted = placeholderNames(definition.components.find(({ type }) => type === 'BODY')?.text ?? '').length;
        expect(sent && 'parameters' in sent ? sent.parameters.length : 0).toBe(wanted);
      }),
    );
  });

  it('never stop the preview, the check or the check of anything in place of components', () => {
    fc.assert(
      fc.property(withInput(true), fc.jsonValue(), ({ definition, input }, junk) => {
        expect(previewTemplate(definition, input)).toContain('Dear');
        for (const problem of checkMessageComponents(definition, junk)) expect(problem.path).toMatch(/^components/);
      }),
    );
  });

  it('never have a one-time code reported in a problem or a preview', () => {
    const secret = fc.stringMatching(/^[0-9]{6,20}$/);
    fc.assert(
      fc.property(secret, secret, fc.constantFrom('', '\n', '\t'), (code, other, spoil) => {
        const input = { variables: { '1': code + spoil }, buttonVariables: { button_0: other } };
        const reported =
          JSON.stringify(checkTemplateVariables(oneTimeCode, input)) + previewTemplate(oneTimeCode, input);
        expect(reported).not.toContain(code);
        expect(reported).not.toContain(other);
      }),
    );
  });
});

describe('encodeUrlSuffix', () => {
  const suffix = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('%', '2', 'F', 'ñ', ' ', '/', '?', '&', '#', '"', '[') }),
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(suffix, (own) => {
        expect(encodeUrlSuffix(encodeUrlSuffix(own))).toBe(encodeUrlSuffix(own));
      }),
    );
  });

  it('means the same text as before', () => {
    const plain = suffix.map((own) => own.replaceAll('%', ''));
    fc.assert(
      fc.property(plain, (own) => {
        expect(decodeURIComponent(encodeUrlSuffix(own))).toBe(own);
      }),
    );
  });

  it('leaves only what an address may hold', () => {
    fc.assert(
      fc.property(suffix, (own) => {
        const encoded = encodeUrlSuffix(own);
        expect(encoded).toMatch(/^(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9\-._~!$&'()*+,;=:@/?#])*$/);
      }),
    );
  });
});
