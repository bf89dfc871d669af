import type { ValidationProblem } from '../../errors.js';
import type { TemplateVariable } from './template-variable.js';

/** Where the values of one part come from: by name, or from components in Meta's own shape. */
export interface ValueSource {
  /** Path of what holds the values, for problems of the whole. */
  readonly root: string;
  /** What was given and where; `value` undefined when nothing was. */
  valueOf(variable: TemplateVariable): { readonly path: string; readonly value: unknown };
  /** The problem of a required variable without a value; `place` says where the template has it; none when reported already. */
  missing(variable: TemplateVariable, place: string): ValidationProblem | undefined;
}
