import type { Problem } from '../../errors.js';
import { ComponentValues, type GivenCarousel } from './component-values.js';
import { fillPart } from './fill-part.js';
import { readTapTargets } from './values/tap-targets.js';
import { isObject, typeInWords } from './values/reading.js';
import type { TemplateDefinition } from '../template-component.js';
import { partsOf, type TemplatePart } from './template-part.js';
import { isFilledFromBody, variablesOfPart } from './template-variables.js';
import { placeOf } from './variable-place.js';

/**
 * Everything that is wrong with components that were given in Meta's own shape: their counts, kinds, names and indices
 * against the template, and each value as `checkTemplateVariables` checks it. Paths are such as
 * `components[0].parameters[1]`.
 */
export function checkMessageComponents(template: TemplateDefinition, components: unknown): Problem[] {
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

function componentProblems(part: TemplatePart, values: ComponentValues): Problem[] {
  const variables = variablesOfPart(part);
  // Whoever speaks Meta's own shape gives the one-time code twice, as Meta wants it.
  const codes = variables.filter((variable) => isFilledFromBody(variable, variables));
  const missing = codes
    .filter((variable) => values.valueOf(variable).value === undefined)
    .flatMap((variable) => values.missing(variable, placeOf(part, variable)) ?? []);
  return [...values.problems, ...fillPart(part, values).problems, ...missing];
}

function tapTargetProblems({ tapTargets }: ComponentValues): Problem[] {
  const reading = tapTargets && readTapTargets(tapTargets.value);
  if (!reading || !('problems' in reading)) return [];
  return reading.problems.map((problem) => ({ ...problem, path: tapTargets.path + problem.path }));
}

function carouselProblems(cards: readonly TemplatePart[], carousel: GivenCarousel | undefined): Problem[] {
  if (!carousel) {
    const needsValues = cards.some((card) => variablesOfPart(card).some(({ isRequired }) => isRequired));
    const message = `lacks the carousel: its ${cards.length} cards need values.`;
    return needsValues ? [{ path: 'components', message }] : [];
  }
  const { path, cards: given } = carousel;
  if (cards.length === 0) return [{ path, message: 'the template has no carousel; leave the component out.' }];
  if (!Array.isArray(given)) return [{ path, message: `is ${typeInWords(given)}; write a list of cards.` }];
  const givenCards: readonly unknown[] = given;
  const problems: Problem[] = [];
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

function cardProblems(part: TemplatePart, index: number, card: unknown, path: string): Problem[] {
  if (!isObject(card)) return [{ path, message: `is ${typeInWords(card)}; write an object.` }];
  const problems: Problem[] = [];
  if (card.card_index !== index) {
    problems.push({ path: `${path}.card_index`, message: `must be ${index}; list the cards in their order, from 0.` });
  }
  const components = card.components ?? [];
  if (!Array.isArray(components)) {
    return [...problems, { path: `${path}.components`, message: `is ${typeInWords(components)}; write a list.` }];
  }
  return [...problems, ...componentProblems(part, new ComponentValues(part, components, `${path}.components`))];
}
