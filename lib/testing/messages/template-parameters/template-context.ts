import type { MessageContext } from '../message-context.js';

/** What the checks of a template's parameters may need to know. */
export interface TemplateContext extends MessageContext {
  /** `POSITIONAL` or `NAMED`. */
  readonly format: string;
  /** How many characters the body may have with its values in it. */
  readonly maxBody: number;
}
