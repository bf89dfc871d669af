import { ValidationError } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { checkMessageComponents } from './check-message-components.js';
import { ComponentValues } from './component-values.js';
import { type TemplatePart, partsOf } from './template-part.js';
import { isFilledFromBody, type TemplateVariable, variablesOfPart } from './template-variables.js';
import { isObject } from './values/reading.js';
import type { ButtonValue, PartVariables, TemplateVariables, VariableValue } from './variable-values.js';

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
  return {
    ...valuesByName(main, values),
    ...(given.length > 0 && {
      cards: cards.map((card, index) => {
        const one = given[index];
        return valuesByName(card, new ComponentValues(card, isObject(one) ? listOf(one.components) : [], 'components'));
      }),
    }),
  };
}

function valuesByName(part: TemplatePart, values: ComponentValues): PartVariables {
  const all = variablesOfPart(part);
  const given = all.filter((variable) => !isFilledFromBody(variable, all));
  const ofButtons = given.filter(({ component }) => component === 'BUTTON');
  const others = given.filter(({ component }) => component !== 'BUTTON');
  const entries = (variables: readonly TemplateVariable[]) =>
    variables.map((variable) => [variable.name, values.valueOf(variable).value] as const);
  // By entries, for a variable may be called `__proto__`.
  return {
    variables: Object.fromEntries(entries(others).filter(isVariableEntry)),
    buttonVariables: Object.fromEntries(entries(ofButtons).filter(isButtonEntry)),
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

type Entry<Value> = readonly [name: string, value: Value];

// What they hold was checked with the components.
const isVariableEntry = (entry: Entry<unknown>): entry is Entry<VariableValue> => isGiven(entry[1]);
const isButtonEntry = (entry: Entry<unknown>): entry is Entry<ButtonValue> => isGiven(entry[1]);
const isGiven = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || isObject(value);
