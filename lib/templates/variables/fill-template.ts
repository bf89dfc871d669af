import { distinctProblems, type ValidationProblem, ValidationError } from '../../errors.js';
import { fillPart, type FilledPart } from './fill-part.js';
import type { TemplateMessageComponent } from '../message-component.js';
import { isObject, typeInWords } from './values/reading.js';
import { readTapTargets } from './values/text-value.js';
import type { TemplateDefinition } from '../template-component.js';
import { partsOf, type TemplatePart, fillPlaceholders, headerFormatOf } from './template-part.js';
import { valuesByName } from './values-by-name.js';
import { type TemplateVariables, hasOneTimeCode } from './variable-values.js';
import { readableText, readVariable } from './values/read-variable.js';
import type { TemplateVariable } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';

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
