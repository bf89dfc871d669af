import { GraphError } from '../../errors/graph-error.js';
import { invalidValue } from '../../errors/refusals.js';
import type { Param } from '../../server/param.js';
import type { ButtonOutline } from '../../templates/template-outline.js';
import { BUTTON_RULES, SUB_TYPES } from './button-parameters.js';
import type { TemplateContext } from './template-context.js';

/** Checks that each button component fits the template's button of that index, and that none is missing. */
export function checkButtons(
  components: readonly Param[],
  outlines: readonly ButtonOutline[],
  context: TemplateContext,
): void {
  const seen = new Set<number>();
  for (const component of components) {
    const index = component.get('index').integer();
    const subType = component.get('sub_type').oneOf(SUB_TYPES);
    const outline = outlines[index];
    if (!outline) throw invalidValue(`buttons: The template has no button at index ${index}`);
    if (seen.has(index)) throw invalidValue(`buttons: There are two components for the button at index ${index}`);
    seen.add(index);
    checkButton(component, subType, outline, index, context);
  }
  for (const [index, outline] of outlines.entries()) {
    const isMissing = !seen.has(index) && BUTTON_RULES.get(outline.type)?.needsParameter(outline);
    if (isMissing) throw missingParameter(index, outline);
  }
}

function checkButton(
  component: Param,
  subType: string,
  outline: ButtonOutline,
  index: number,
  context: TemplateContext,
): void {
  const rule = BUTTON_RULES.get(outline.type);
  if (!rule) throw unsuitable(index, outline, 'does not support parameters');
  if (rule.subType !== subType) throw unsuitable(index, outline, `is not a ${subType.toLowerCase()} button`);
  const parameters = component.get('parameters').optionalItems();
  const [parameter] = parameters;
  if (!parameter) {
    if (rule.needsParameter(outline)) throw missingParameter(index, outline);
    return;
  }
  const types = [rule.parameter, ...(rule.further ?? [])];
  if (parameters.length > types.length)
    throw unsuitable(index, outline, types.length > 1 ? `has ${types.length} parameters` : 'has one parameter');
  for (const each of parameters) {
    const type = each.object().get('type').string().toLowerCase();
    if (types.includes(type)) continue;
    throw new GraphError(132012, {
      details: `buttons: Format mismatch at index ${index}, expected ${rule.parameter}, received ${type}`,
    });
  }
  if (outline.type === 'URL' && !rule.needsParameter(outline)) {
    throw unsuitable(index, outline, 'does not support parameters');
  }
  for (const each of parameters) rule.check(each, outline, context);
}

function missingParameter(index: number, outline: ButtonOutline): GraphError {
  return new GraphError(131008, {
    details: `buttons: Button at index ${index} of type ${nameOf(outline)} requires a parameter`,
  });
}

function unsuitable(index: number, outline: ButtonOutline, why: string): GraphError {
  return new GraphError(100, { details: `buttons: Button at index ${index} is of type ${nameOf(outline)} and ${why}` });
}

/** Meta's words for a kind of button, which are not those of its type. */
function nameOf({ type }: ButtonOutline): string {
  if (type === 'PHONE_NUMBER') return 'Call';
  return type
    .split('_')
    .map((word) => word.charAt(0) + word.slice(1).toLowerCase())
    .join('');
}
