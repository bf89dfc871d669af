import { type Problem, ValidationError } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { fillPart } from './fill-part.js';
import { OrderedValues, type ValuesInOrder } from './ordered-values.js';
import { partsOf } from './template-part.js';
import type { TemplateVariables } from './variable-values.js';
import { variablesOfSource } from './variables-of-source.js';

export type { ListedFields, NamedField, ValuesInOrder } from './ordered-values.js';

/**
 * Values that were given in order, by name: the way `MessagesService` takes them. A positional template takes them by
 * number, a named one in order of appearance; a name that stands in the header and in the body is one value, which
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

/** As `valuesInOrder`, with the problems told instead of thrown; there are no variables then. */
export function readInOrder(
  template: TemplateDefinition,
  given: ValuesInOrder,
): { readonly variables: TemplateVariables; readonly problems: readonly Problem[] } {
  const { main, cards } = partsOf(template);
  const values = new OrderedValues(main, given);
  const problems: Problem[] = [...values.problems, ...fillPart(main, values).problems];
  // No field of such a request reaches the cards of a carousel: one that needs values cannot be sent.
  const { templatePath } = given;
  const ofCards = cards.flatMap((card) => fillPart(card, new OrderedValues(card, { templatePath })).problems);
  for (const problem of ofCards) problems.push(problem);
  if (problems.length > 0) return { variables: {}, problems: withoutRepetition(problems) };
  return { variables: variablesOfSource(main, values), problems };
}

/** A variable that stands in the header and in the body is read twice but is one value. */
function withoutRepetition(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.path} ${problem.message}`, problem])).values()];
}
