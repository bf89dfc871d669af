import { ValidationError } from '../../errors.js';
import type { TemplateDefinition } from '../template-component.js';
import { checkMessageComponents } from './check-message-components.js';
import { ComponentValues } from './component-values.js';
import { partsOf } from './template-part.js';
import { readTapTargets } from './values/tap-targets.js';
import { isObject } from './values/reading.js';
import type { TemplateVariables } from './variable-values.js';
import { variablesOfSource } from './variables-of-source.js';

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
