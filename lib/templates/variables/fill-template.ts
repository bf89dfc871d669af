import { distinctProblems, type ValidationProblem, ValidationError } from '../../errors.js';
import type { TemplateMessageComponent, MessageParameter } from '../message-component.js';
import {
  isObject,
  typeInWords,
  readTapTargets,
  scalarText,
  BODY_LENGTH,
  CARD_BODY_LENGTH,
  HEADER_LENGTH,
  codePointLength,
} from './values/text-value.js';
import { type TemplateDefinition, buttonTypeOf } from '../template-component.js';
import { partsOf, type TemplatePart, fillPlaceholders, headerFormatOf, parsePlaceholders } from './template-part.js';
import { valuesByName } from './values-by-name.js';
import { type TemplateVariables, hasOneTimeCode } from './variable-values.js';
import { readableText, readVariable } from './values/read-variable.js';
import type { TemplateVariable, ValueSource } from './template-variable.js';
import { variablesOfPart, isFilledFromBody, oneTimeCodeOf } from './template-variables.js';
import { componentsOfPart } from './component-values.js';
import { placeOf, buttonInWords } from './variable-place.js';

/** A template with the values given by name: everything that is wrong, and Meta's components when nothing is. */
export function fillTemplate(template: TemplateDefinition, input: TemplateVariables): FilledPart {
  const { main, cards } = partsOf(template);
  const problems: ValidationProblem[] = [];
  const fill = (part: TemplatePart, values: unknown, prefix: string): FilledPart => {
    const { source, problems: nameProblems } = valuesByName(part, isObject(values) ? values : {}, prefix);
    const filled = fillPart(part, source);
    for (const problem of [...filled.problems, ...nameProblems]) problems.push(problem);
    return filled;
  };
  const components = [...fill(main, input, '').components, ...tapTargetComponents(input.tapTargets, problems)];
  const givenCards = cardsOf(input.cards, cards.length, problems);
  const filledCards = cards.map((card, index) => fill(card, givenCards[index], `cards[${index}].`));
  if (problems.length > 0) return { problems: distinctProblems(problems), components: [] };
  if (filledCards.every((card) => card.components.length === 0)) return { problems, components };
  const carouselCards = filledCards.map((card, card_index) => ({ card_index, components: card.components }));
  return { problems, components: [...components, { type: 'carousel', cards: carouselCards }] };
}

function tapTargetComponents(given: unknown, problems: ValidationProblem[]): TemplateMessageComponent[] {
  if (given === undefined || given === null) return [];
  const reading = readTapTargets(given);
  if ('parameter' in reading) return [{ type: 'tap_target_configuration', parameters: [reading.parameter] }];
  for (const { path, message } of reading.problems) problems.push({ path: `tapTargets${path}`, message });
  return [];
}

function cardsOf(given: unknown, count: number, problems: ValidationProblem[]): readonly unknown[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) {
    problems.push({ path: 'cards', message: `is ${typeInWords(given)}; write a list with one object for each card.` });
    return [];
  }
  const cards: readonly unknown[] = given;
  if (cards.length > count) {
    const message =
      count === 0
        ? 'the template has no carousel; leave cards out.'
        : `the carousel has only ${count} cards; leave the rest out.`;
    problems.push({ path: count === 0 ? 'cards' : `cards[${count}]`, message });
  }
  cards.slice(0, count).forEach((card, index) => {
    if (isObject(card)) return;
    const message = `is ${typeInWords(card)}; write an object with variables and buttonVariables.`;
    problems.push({ path: `cards[${index}]`, message });
  });
  return cards;
}

/**
 * Everything that keeps a template from being sent with these values, each with its path (`variables.name`,
 * `buttonVariables.button_0`, `cards[1].variables.name`); nothing exactly when `resolveTemplate` takes them.
 * No problem repeats a value, for it may be a one-time code.
 */
export function checkTemplateVariables(
  template: TemplateDefinition,
  input: TemplateVariables = {},
): ValidationProblem[] {
  return [...fillTemplate(template, input).problems];
}

/**
 * The components that Meta takes for a template and the values given by name; empty when nothing is variable, and then
 * `components` is to be left out of the call. A one-time code given for the body fills its button too.
 *
 * @throws ValidationError with every problem, as `checkTemplateVariables` lists them.
 */
export function resolveTemplate(
  template: TemplateDefinition,
  input: TemplateVariables = {},
): TemplateMessageComponent[] {
  const { problems, components } = fillTemplate(template, input);
  if (problems.length > 0) throw new ValidationError(problems);
  return [...components];
}

export const CODE_MASK = '••••••';

/**
 * The text that a person reads: header, offer, body, footer and the buttons' labels in brackets, one a line; then each
 * card of a carousel. A variable without a usable value stays as `{{name}}`. One-time codes are masked, given or not.
 */
export function previewTemplate(template: TemplateDefinition, input: TemplateVariables = {}): string {
  const { main, cards } = partsOf(template);
  const isMasked = hasOneTimeCode(template);
  const givenCards: readonly unknown[] = Array.isArray(input.cards) ? input.cards : [];
  return [
    previewPart(main, input, isMasked),
    ...cards.map((card, index) => previewPart(card, givenCards[index], isMasked)),
  ]
    .flat()
    .join('\n');
}

function previewPart(part: TemplatePart, input: unknown, isMasked: boolean): string[] {
  const { source } = valuesByName(part, isObject(input) ? input : {}, '');
  const values = { HEADER: new Map<string, string>(), BODY: new Map<string, string>() };
  for (const variable of variablesOfPart(part)) {
    if (variable.component === 'BUTTON' || variable.placeholder === undefined) continue;
    const value = isMasked ? CODE_MASK : shown(part, variable, source.valueOf(variable).value);
    if (value !== undefined) values[variable.component].set(variable.placeholder, value);
  }
  const lines = [
    headerLine(part, values.HEADER),
    part.offer?.limited_time_offer?.text,
    fillPlaceholders(part.body?.text ?? '', values.BODY),
    part.footer?.text,
    ...part.buttons.map((button) => (button.text ? `[${button.text}]` : undefined)),
  ];
  return lines.filter((line) => line !== undefined && line !== '').map(String);
}

function headerLine(part: TemplatePart, values: ReadonlyMap<string, string>): string | undefined {
  const format = headerFormatOf(part);
  if (format === undefined || format === 'NONE') return undefined;
  return format === 'TEXT' ? fillPlaceholders(part.header?.text ?? '', values) : `[${format.toLowerCase()}]`;
}

function shown(part: TemplatePart, variable: TemplateVariable, value: unknown): string | undefined {
  const reading = value === undefined ? undefined : readVariable(part, variable, value);
  return reading && 'parameter' in reading ? readableText(reading.parameter) : undefined;
}

/** A part with its values read: everything that is wrong, and Meta's components when nothing is. */
export interface FilledPart {
  readonly problems: readonly ValidationProblem[];
  readonly components: readonly TemplateMessageComponent[];
}

/** Reads every value of a part. One pass serves checking and resolving, so that the two cannot disagree. */
export function fillPart(part: TemplatePart, source: ValueSource): FilledPart {
  const variables = variablesOfPart(part);
  const parameters = new Map<TemplateVariable, MessageParameter>();
  let problems: ValidationProblem[] = unsendableReasons(part).map((message) => ({ path: source.root, message }));
  for (const variable of variables) {
    if (isFilledFromBody(variable, variables)) continue;
    const { path, value } = source.valueOf(variable);
    if (value === undefined) {
      const missing = variable.isRequired && source.missing(variable, placeOf(part, variable));
      if (missing) problems.push(missing);
      continue;
    }
    const reading = readVariable(part, variable, value);
    if ('parameter' in reading) parameters.set(variable, reading.parameter);
    else problems = [...problems, ...reading.problems.map((problem) => ({ ...problem, path: path + problem.path }))];
  }
  problems = [
    ...problems,
    ...copyOneTimeCode(variables, parameters, source),
    ...filledLengthProblems(part, parameters, source),
  ];
  return { problems, components: problems.length > 0 ? [] : componentsOfPart(part, parameters) };
}

function copyOneTimeCode(
  variables: readonly TemplateVariable[],
  parameters: Map<TemplateVariable, MessageParameter>,
  source: ValueSource,
): ValidationProblem[] {
  const inBody = oneTimeCodeOf(variables);
  const code = inBody && parameters.get(inBody);
  if (code?.type !== 'text') return [];
  return variables
    .filter((variable) => isFilledFromBody(variable, variables))
    .flatMap((variable) => {
      parameters.set(variable, { type: 'text', text: code.text });
      const { path, value } = source.valueOf(variable);
      if (value === undefined || scalarText(value) === code.text) return [];
      return { path, message: "differs from the body's one-time code; the two must be the same." };
    });
}

const SENDABLE_HEADERS = new Set(['TEXT', 'IMAGE', 'VIDEO', 'GIF', 'DOCUMENT', 'LOCATION', 'PRODUCT', 'NONE']);

const reasonsKnown = new WeakMap<TemplatePart, readonly string[]>();

/** Why a part cannot be sent whatever is given: it needs input of a kind that this module cannot give. */
function unsendableReasons(part: TemplatePart): readonly string[] {
  const reasons = reasonsKnown.get(part) ?? findUnsendable(part);
  reasonsKnown.set(part, reasons);
  return reasons;
}

function findUnsendable(part: TemplatePart): string[] {
  const reasons: string[] = [];
  const format = headerFormatOf(part);
  if (format && !SENDABLE_HEADERS.has(format)) {
    reasons.push(`cannot fill the template's header: its format ${format} is not known here.`);
  }
  for (const component of part.unknown.filter(({ text }) => parsePlaceholders(text ?? '').length > 0)) {
    reasons.push(
      `cannot fill the template's ${component.type} component, which has variables of a kind not known here.`,
    );
  }
  part.buttons.forEach((button, index) => {
    const hasVariable = parsePlaceholders(`${button.url ?? ''} ${button.text ?? ''}`).length > 0;
    if (hasVariable && buttonTypeOf(button) !== 'URL' && buttonTypeOf(button) !== 'OTP') {
      reasons.push(`cannot fill ${buttonInWords(part, index)}, which has a variable of a kind not known here.`);
    }
  });
  return reasons;
}

/** What Meta would refuse as too long once the values are in the header and the body. */
function filledLengthProblems(
  part: TemplatePart,
  parameters: ReadonlyMap<TemplateVariable, MessageParameter>,
  source: ValueSource,
): ValidationProblem[] {
  const bodyLength = part.card === undefined ? BODY_LENGTH : CARD_BODY_LENGTH;
  return [
    ...lengthProblem('header', part.header?.text, HEADER_LENGTH),
    ...lengthProblem('body', part.body?.text, bodyLength),
  ];

  function lengthProblem(what: 'header' | 'body', text: string | undefined, most: number): ValidationProblem[] {
    const component = what.toUpperCase();
    const values = new Map<string, string>();
    let longest: { variable: TemplateVariable; length: number } | undefined;
    for (const [variable, parameter] of parameters) {
      if (variable.component !== component || variable.placeholder === undefined) continue;
      const value = readableText(parameter);
      values.set(variable.placeholder, value);
      const length = codePointLength(value);
      if (!longest || length > longest.length) longest = { variable, length };
    }
    if (!longest) return [];
    const length = codePointLength(fillPlaceholders(text ?? '', values));
    if (length <= most) return [];
    const message = `makes the ${what} ${length} characters long; Meta takes at most ${most}, so shorten it by ${length - most}.`;
    return [{ path: source.valueOf(longest.variable).path, message }];
  }
}
