import type { Problem } from '../../errors.js';
import { fillTemplate } from './fill-template.js';
import type { TemplateDefinition } from '../template-component.js';
import type { TemplateVariables } from './variable-values.js';

/**
 * Everything that keeps a template from being sent with these values, each with its path (`variables.name`,
 * `buttonVariables.button_0`, `cards[1].variables.name`); nothing exactly when `resolveTemplate` takes them.
 * No problem repeats a value, for it may be a one-time code.
 */
export function checkTemplateVariables(template: TemplateDefinition, input: TemplateVariables = {}): Problem[] {
  return [...fillTemplate(template, input).problems];
}
