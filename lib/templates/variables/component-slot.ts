import type { Problem } from '../../errors.js';
import { messageIndexOf, subTypeOf } from './components-of-part.js';
import { typeInWords } from './values/reading.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';
import { buttonInWords } from './variable-place.js';

/** What a component of Meta's shape fills: `header`, `body`, `limited_time_offer`, `carousel` or `button 0`. */
export type ComponentSlot = string;

const TYPES = new Set(['header', 'body', 'limited_time_offer']);

/** The slot that a variable belongs to. */
export function slotOfVariable(variable: TemplateVariable): ComponentSlot {
  if (variable.buttonIndex !== undefined) return `button ${variable.buttonIndex}`;
  return variable.kind === 'OFFER_EXPIRATION' ? 'limited_time_offer' : variable.component.toLowerCase();
}

/** The slot that a component fills, or what is wrong with its type, sub_type or index. */
export function slotOfComponent(
  part: TemplatePart,
  component: Readonly<Record<string, unknown>>,
): { readonly slot: ComponentSlot } | Problem {
  const type = typeof component.type === 'string' ? component.type.toLowerCase() : '';
  if (type === 'button') return buttonSlot(part, component);
  if (TYPES.has(type) || (type === 'carousel' && part.card === undefined)) return { slot: type };
  const types = [...TYPES, 'button', ...(part.card === undefined ? ['carousel'] : [])];
  return { path: '.type', message: `must be one of ${types.join(', ')}.` };
}

function buttonSlot(
  part: TemplatePart,
  { index, sub_type }: Readonly<Record<string, unknown>>,
): { readonly slot: ComponentSlot } | Problem {
  const messageIndex = typeof index === 'string' && /^[0-9]+$/.test(index) ? Number(index) : index;
  const buttonIndex = part.buttons.findIndex((_, candidate) => messageIndexOf(part, candidate) === messageIndex);
  if (buttonIndex === -1) {
    const message =
      part.buttons.length === 0
        ? 'the template has no buttons; leave the component out.'
        : `must be the place of one of the template's buttons, 0 to ${part.buttons.length - 1}.`;
    return { path: '.index', message };
  }
  const expected = subTypeOf(part, buttonIndex);
  if (typeof sub_type !== 'string') {
    return { path: '.sub_type', message: `is ${typeInWords(sub_type)}; write "${expected}".` };
  }
  if (sub_type.toLowerCase() === expected.toLowerCase()) return { slot: `button ${buttonIndex}` };
  return { path: '.sub_type', message: `must be "${expected}", for that is ${buttonInWords(part, buttonIndex)}.` };
}
