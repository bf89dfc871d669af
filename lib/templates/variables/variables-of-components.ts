import { ValidationError, type ValidationProblem } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { ComponentValues, type GivenCarousel } from './component-values.js';
import { partsOf, type TemplatePart } from './template-part.js';
import { readTapTargets, isObject, typeInWords } from './values/text-value.js';
import type {
  TemplateVariables,
  TemplateButtonValue,
  TemplatePartVariables,
  TemplateVariableValue,
} from './variable-values.js';
import { isDeepStrictEqual } from 'node:util';
import { isFilledFromBody, type TemplateVariable, variablesOfPart } from './template-variables.js';
import type { ValueSource } from './template-variable.js';
import { fillPart } from './fill-template.js';
import { placeOf } from './variable-place.js';

/**
 * The values that were given as components in Meta's own shape, by name.
 * @throws ValidationError with everything that `checkMessageComponents` finds
 */
export function variablesOfComponents(template: TemplateDefinition, components: unknown): TemplateVariables {
  const problems = checkMessageComponents(template, components);
  if (problems.length > 0) throw new ValidationError(problems);
  const { main, cards } = partsOf(template);
  const values = new ComponentValues(main, listOf(components), 'components');
  const given = listOf(values.carousel?.cards);
  const tapTargets = values.tapTargets && readTapTargets(values.tapTargets.value);
  return {
    ...variablesOfSource(main, values),
    ...(tapTargets && 'parameter' in tapTargets && { tapTargets: tapTargets.parameter.tap_target_configuration }),
    ...(given.length > 0 && {
      cards: cards.map((card, index) => {
        const one = given[index];
        const ofCard = new ComponentValues(card, isObject(one) ? listOf(one.components) : [], 'components');
        return variablesOfSource(card, ofCard);
      }),
    }),
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** The values of a source by the names of the part's variables; the source was checked before. */
export function variablesOfSource(part: TemplatePart, values: ValueSource): TemplatePartVariables {
  const all = variablesOfPart(part);
  const given = all.filter((variable) => !isFilledFromBody(variable, all));
  const ofButtons = given.filter(({ component }) => component === 'BUTTON');
  const others = given.filter(({ component }) => component !== 'BUTTON');
  const entries = (variables: readonly TemplateVariable[]) =>
    variables.map((variable) => [nameOf(variable), values.valueOf(variable).value] as const);
  /** A header that shares a variable's name with the body may have a value of its own. */
  const nameOf = ({ name, headerName, ...header }: TemplateVariable): string => {
    const inBody = headerName && others.find((other) => other.component === 'BODY' && other.name === name);
    if (!headerName || !inBody) return name;
    const own = values.valueOf({ name, headerName, ...header }).value;
    return isDeepStrictEqual(own, values.valueOf(inBody).value) ? name : headerName;
  };
  // By entries, for a variable may be called `__proto__`.
  return {
    variables: Object.fromEntries(entries(others).filter(isVariableEntry)),
    buttonVariables: Object.fromEntries(entries(ofButtons).filter(isButtonEntry)),
  };
}

type Entry<Value> = readonly [name: string, value: Value];

// What they hold was checked with the source.
const isVariableEntry = (entry: Entry<unknown>): entry is Entry<TemplateVariableValue> => isGiven(entry[1]);

const isButtonEntry = (entry: Entry<unknown>): entry is Entry<TemplateButtonValue> => isGiven(entry[1]);

const isGiven = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || isObject(value);

/**
 * Everything that is wrong with components that were given in Meta's own shape: their counts, kinds, names and indices
 * against the template, and each value as `checkTemplateVariables` checks it. Paths are such as
 * `components[0].parameters[1]`.
 */
export function checkMessageComponents(template: TemplateDefinition, components: unknown): ValidationProblem[] {
  const { main, cards } = partsOf(template);
  const given = components ?? [];
  if (!Array.isArray(given)) {
    return [{ path: 'components', message: `is ${typeInWords(given)}; write a list of Meta's components.` }];
  }
  const values = new ComponentValues(main, given, 'components');
  return [
    ...componentProblems(main, values),
    ...tapTargetProblems(values),
    ...carouselProblems(cards, values.carousel),
  ];
}

function componentProblems(part: TemplatePart, values: ComponentValues): ValidationProblem[] {
  const variables = variablesOfPart(part);
  // Whoever speaks Meta's own shape gives the one-time code twice, as Meta wants it.
  const codes = variables.filter((variable) => isFilledFromBody(variable, variables));
  const missing = codes
    .filter((variable) => values.valueOf(variable).value === undefined)
    .flatMap((variable) => values.missing(variable, placeOf(part, variable)) ?? []);
  return [...values.problems, ...fillPart(part, values).problems, ...missing];
}

function tapTargetProblems({ tapTargets }: ComponentValues): ValidationProblem[] {
  const reading = tapTargets && readTapTargets(tapTargets.value);
  if (!reading || !('problems' in reading)) return [];
  return reading.problems.map((problem) => ({ ...problem, path: tapTargets.path + problem.path }));
}

function carouselProblems(cards: readonly TemplatePart[], carousel: GivenCarousel | undefined): ValidationProblem[] {
  if (!carousel) {
    const needsValues = cards.some((card) => variablesOfPart(card).some(({ isRequired }) => isRequired));
    const message = `lacks the carousel: its ${cards.length} cards need values.`;
    return needsValues ? [{ path: 'components', message }] : [];
  }
  const { path, cards: given } = carousel;
  if (cards.length === 0) return [{ path, message: 'the template has no carousel; leave the component out.' }];
  if (!Array.isArray(given)) return [{ path, message: `is ${typeInWords(given)}; write a list of cards.` }];
  const givenCards: readonly unknown[] = given;
  const problems: ValidationProblem[] = [];
  if (givenCards.length !== cards.length) {
    problems.push({
      path,
      message: `holds ${givenCards.length} cards; the template has ${cards.length}, and all are sent.`,
    });
  }
  cards.slice(0, givenCards.length).forEach((part, index) => {
    for (const problem of cardProblems(part, index, givenCards[index], `${path}[${index}]`)) problems.push(problem);
  });
  return problems;
}

function cardProblems(part: TemplatePart, index: number, card: unknown, path: string): ValidationProblem[] {
  if (!isObject(card)) return [{ path, message: `is ${typeInWords(card)}; write an object.` }];
  const problems: ValidationProblem[] = [];
  if (card.card_index !== index) {
    problems.push({ path: `${path}.card_index`, message: `must be ${index}; list the cards in their order, from 0.` });
  }
  const components = card.components ?? [];
  if (!Array.isArray(components)) {
    return [...problems, { path: `${path}.components`, message: `is ${typeInWords(components)}; write a list.` }];
  }
  return [...problems, ...componentProblems(part, new ComponentValues(part, components, `${path}.components`))];
}
