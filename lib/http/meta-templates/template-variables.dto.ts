import type { PartVariables, TemplateVariables } from '../../templates/variables/variable-values.js';

/** Values of a template in this API's names. Nothing of it is checked yet. */
export interface TemplateVariablesDto extends PartVariablesDto {
  /** Of a carousel, in order. */
  readonly cards?: PartVariablesDto[] | null;
}

interface PartVariablesDto {
  /** Values by the template's own names. */
  readonly variables?: PartVariables['variables'] | null;
  /** Values by `button_0`, `button_1` … */
  readonly button_variables?: PartVariables['buttonVariables'] | null;
}

/** The same in the module's names. */
export function toTemplateVariables(dto: TemplateVariablesDto): TemplateVariables {
  const cards = dto.cards ?? undefined;
  // What is no list, or no object, goes on as it is: the check of the template's values says so.
  return { ...toPartVariables(dto), cards: Array.isArray(cards) ? cards.map(toPartVariables) : cards };
}

function toPartVariables(part: PartVariablesDto): PartVariables {
  if (typeof part !== 'object' || part === null) return part;
  return { variables: part.variables ?? undefined, buttonVariables: part.button_variables ?? undefined };
}
