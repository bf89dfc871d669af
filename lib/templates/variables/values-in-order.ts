import { distinctProblems, type ValidationProblem, ValidationError } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { fillPart } from './fill-template.js';
import { partsOf, type TemplatePart } from './template-part.js';
import type { TemplateVariables } from './variable-values.js';
import { variablesOfSource } from './variables-of-components.js';
import { isDeepStrictEqual } from 'node:util';
import type { TemplateVariable, ValueSource } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';
import { scalarText } from './values/text-value.js';

/**
 * Values that were given in order, by name: the way `MessagesService` takes them. A positional template takes them by
 * number, a named one in order of appearance; a name that is in the header and in the body is one value, which
 * either list may give. Everything is checked: what this returns, `resolveTemplate` takes.
 *
 * @example
 * const pathOf = (index: number) => `body_params[${index}]`;
 * valuesInOrder(template, { templatePath: 'template_name', body: { values: ['Ana', '12'], pathOf } });
 * // { variables: { name: 'Ana', order: '12' }, buttonVariables: {} }
 *
 * @throws ValidationError with every problem, at the request's own names: values that are missing, too many, not what
 *   the variable takes, or different from one another where they fill the same variable. None repeats a value.
 */
export function valuesInOrder(template: TemplateDefinition, given: ValuesInOrder): TemplateVariables {
  const { variables, problems } = readInOrder(template, given);
  if (problems.length > 0) throw new ValidationError(problems);
  return variables;
}

/** As `valuesInOrder`, with the problems returned instead of thrown; there are no variables then. */
export function readInOrder(
  template: TemplateDefinition,
  given: ValuesInOrder,
): { readonly variables: TemplateVariables; readonly problems: readonly ValidationProblem[] } {
  const { main, cards } = partsOf(template);
  const values = new OrderedValues(main, given);
  const problems: ValidationProblem[] = [...values.problems, ...fillPart(main, values).problems];
  // No field of such a request reaches the cards of a carousel: one that needs values cannot be sent.
  const { templatePath } = given;
  const ofCards = cards.flatMap((card) => fillPart(card, new OrderedValues(card, { templatePath })).problems);
  for (const problem of ofCards) problems.push(problem);
  if (problems.length > 0) return { variables: {}, problems: distinctProblems(problems) };
  return { variables: variablesOfSource(main, values), problems };
}

/** A variable that is in the header and in the body is read twice but is one value. */
/** A value and what the request calls it; undefined when the request lacks it. */
export interface NamedField {
  readonly path: string;
  readonly value: unknown;
}

/** Values that a request gives one after another. */
export interface ListedFields {
  /** The first fills the first variable; undefined is one that the request lacks. */
  readonly values: readonly unknown[];
  /** What the request calls the value at an index, from 0, such as `body_params[0]` or `field_1`. */
  readonly pathOf: (index: number) => string;
}

/** Values for a template, given by the order of its variables; each with the name that the request has for it. */
export interface ValuesInOrder {
  /** Field that names the template; it carries the problems for which the request has no field. */
  readonly templatePath: string;
  /** For the header: the variables of its text, or its one medium, place or product. */
  readonly header?: ListedFields;
  /** For the variables of the header's text alone. */
  readonly headerText?: ListedFields;
  /** For the variables of the body. */
  readonly body?: ListedFields;
  /** By the variable's own name, such as `header_image` or `button_0`; it comes before the lists. */
  readonly named?: Readonly<Record<string, NamedField>>;
  /** The one-time code, wherever the template has it. */
  readonly oneTimeCode?: NamedField;
}

/** More surplus values than these are not listed one by one. */
const MOST_SURPLUS = 20;

/** Values of one part that were given in the order of its variables; `problems` is what fits none of them. */
class OrderedValues implements ValueSource {
  readonly root: string;
  readonly problems: readonly ValidationProblem[];
  /** By name of the variable, every field that can give it; the first with a value does. */
  readonly #fields = new Map<string, readonly NamedField[]>();

  constructor(part: TemplatePart, given: ValuesInOrder) {
    this.root = given.templatePath;
    const variables = variablesOfPart(part);
    const header = variables.filter(({ component }) => component === 'HEADER');
    const headerText = header.filter(({ kind }) => kind === 'TEXT');
    const body = variables.filter(({ component, kind }) => component === 'BODY' && kind !== 'OFFER_EXPIRATION');
    for (const { name } of variables) {
      const code = variables.some((one) => one.name === name && one.kind === 'ONE_TIME_CODE') && given.oneTimeCode;
      const named = given.named && Object.hasOwn(given.named, name) && given.named[name];
      const listed = [
        fieldInList(header, name, given.header),
        fieldInList(headerText, name, given.headerText),
        fieldInList(body, name, given.body),
      ];
      this.#fields.set(
        name,
        [code, named, ...listed].flatMap((field) => field || []),
      );
    }
    this.problems = [
      ...tooMany('header', header, given.header),
      ...tooMany("header's text", headerText, given.headerText),
      ...tooMany('body', body, given.body),
      ...this.#unknown(given),
      ...Array.from(this.#fields.values()).flatMap(contradictions),
    ];
  }

  valueOf({ name }: TemplateVariable): NamedField {
    const fields = this.#fields.get(name) ?? [];
    return fields.find(isGiven) ?? fields[0] ?? { path: this.root, value: undefined };
  }

  missing(variable: TemplateVariable, place: string): ValidationProblem {
    const { path } = this.valueOf(variable);
    if (path !== this.root) return { path, message: `is missing; ${place}.` };
    const card = variable.card === undefined ? '' : ` of card ${variable.card}`;
    return { path, message: `needs ${variable.name}${card}, for which this request has no field: ${place}.` };
  }

  #unknown({ named = {}, oneTimeCode }: ValuesInOrder): ValidationProblem[] {
    const problems = Object.entries(named).flatMap(([name, field]) => {
      const message = `is not wanted: the template takes no ${name}; leave it out.`;
      return isGiven(field) && !this.#fields.has(name) ? [{ path: field.path, message }] : [];
    });
    if (!oneTimeCode || !isGiven(oneTimeCode)) return problems;
    const isTaken = Array.from(this.#fields.values()).some((fields) => fields.includes(oneTimeCode));
    const message = 'is not wanted: the template carries no one-time code; leave it out.';
    return isTaken ? problems : [...problems, { path: oneTimeCode.path, message }];
  }
}

function fieldInList(
  variables: readonly TemplateVariable[],
  name: string,
  listed: ListedFields | undefined,
): NamedField | undefined {
  const index = variables.findIndex((variable) => variable.name === name);
  return listed && index !== -1 ? { path: listed.pathOf(index), value: listed.values[index] } : undefined;
}

function tooMany(
  what: string,
  variables: readonly TemplateVariable[],
  listed: ListedFields | undefined,
): ValidationProblem[] {
  if (!listed) return [];
  const takes = variables.length > 0 ? `takes only ${variables.length}` : 'takes none';
  const surplus = listed.values.slice(variables.length, variables.length + MOST_SURPLUS);
  return surplus.flatMap((value, index) => {
    const path = listed.pathOf(variables.length + index);
    return value === undefined ? [] : [{ path, message: `is one too many; the ${what} ${takes}.` }];
  });
}

/** Of the fields that give one variable, those that give it another value than the first. */
function contradictions(fields: readonly NamedField[]): ValidationProblem[] {
  const [first, ...others] = fields.filter(isGiven);
  return others.flatMap(({ path, value }) => {
    if (!first || isSameValue(first.value, value)) return [];
    return {
      path,
      message: `differs from ${first.path}, which gives the same variable; write the same or leave it out.`,
    };
  });
}

const isGiven = ({ value }: NamedField): boolean => value !== undefined;

const isSameValue = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(scalarText(one) ?? one, scalarText(other) ?? other);
