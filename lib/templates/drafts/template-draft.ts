import type { TemplateComponent, TemplateDefinition } from '../template-component.js';

/** A template to be created at Meta. */
export interface TemplateDraft extends TemplateDefinition {
  /** Meta may put the template into another category, which has another price. */
  readonly category: 'AUTHENTICATION' | 'MARKETING' | 'UTILITY' | (string & {});
  /** How long Meta tries to deliver a message, in seconds; -1 for 30 days. */
  readonly messageSendTtlSeconds?: number;
}

/** What can be changed of a template. `components` replaces all of them; the category of an approved one stays. */
export interface TemplateEdit {
  readonly components?: readonly TemplateComponent[];
  readonly category?: string;
  readonly messageSendTtlSeconds?: number;
}
