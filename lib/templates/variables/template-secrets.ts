import { componentOf, isSameWord, type TemplateDefinition, isOneTimeCodeButton } from '../template-component.js';
import type { TemplateVariables } from './variable-values.js';

/**
 * Whether a template carries a one-time code: by its category, or by a button that hands the code over, which Meta
 * gives back as a `URL` button with an address of its own.
 */
export function hasOneTimeCode(template: TemplateDefinition): boolean {
  if (isSameWord(template.category, 'AUTHENTICATION')) return true;
  return (componentOf(template.components, 'BUTTONS')?.buttons ?? []).some(isOneTimeCodeButton);
}

/**
 * What may be kept of the values once they were sent. Of a template with a one-time code that is nothing: it has no other
 * variables, and whatever was given under a wrong name may be the code.
 */
export function withoutSecrets(template: TemplateDefinition, input: TemplateVariables): TemplateVariables {
  return hasOneTimeCode(template) ? {} : input;
}
