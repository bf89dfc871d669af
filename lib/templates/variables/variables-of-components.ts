import { ValidationError } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { checkMessageComponents } from './check-message-components.js';
import { ComponentValues } from './component-values.js';
import { partsOf, type TemplatePart } from './template-part.js';
import { readTapTargets } from './values/tap-targets.js';
import { isObject } from './values/reading.js';
import type { TemplateVariables, ButtonValue, PartVariables, VariableValue } from './variable-values.js';
import { isDeepStrictEqual } from 'node:util';
import { isFilledFromBody, type TemplateVariable, variablesOfPart } from './template-variables.js';
import type { ValueSource } from './value-source.js';

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
export function variablesOfSource(part: TemplatePart, values: ValueSource): PartVariables {
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
const isVariableEntry = (entry: Entry<unknown>): entry is Entry<VariableValue> => isGiven(entry[1]);

const isButtonEntry = (entry: Entry<unknown>): entry is Entry<ButtonValue> => isGiven(entry[1]);

const isGiven = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number' || isObject(value);
