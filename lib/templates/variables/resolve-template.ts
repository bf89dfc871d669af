import { ValidationError } from '../../errors.js';
import { fillTemplate } from './fill-template.js';
import type { MessageComponent } from '../message-component.js';
import type { TemplateDefinition } from '../template-component.js';
import type { TemplateVariables } from './variable-values.js';

/**
 * The components that Meta takes for a template and the values given by name; empty when nothing is variable, and then
 * `components` is to be left out of the call. A one-time code given for the body fills its button too.
 *
 * @throws ValidationError with every problem, as `checkTemplateVariables` tells them.
 */
export function resolveTemplate(template: TemplateDefinition, input: TemplateVariables = {}): MessageComponent[] {
  const { problems, components } = fillTemplate(template, input);
  if (problems.length > 0) throw new ValidationError(problems);
  return [...components];
}
