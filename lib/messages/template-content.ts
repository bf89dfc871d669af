import type { Problem } from '../errors.js';
import type { TemplateEntity } from '../templates/template.entity.js';
import { checkTemplateVariables } from '../templates/variables/check-template-variables.js';
import { resolveTemplate } from '../templates/variables/resolve-template.js';
import { hasOneTimeCode, withoutSecrets } from '../templates/variables/template-secrets.js';
import { readInOrder } from '../templates/variables/values-in-order.js';
import type { TemplateVariables } from '../templates/variables/variable-values.js';
import type { MessageContent } from './message-call.js';
import { saltContent } from './pending-content.js';
import type { SendTemplateInput } from './send-template.input.js';

/** What a `text` column of MySQL holds, less a little. */
const LARGEST_CONTENT = 60_000;

/** Everything that keeps a template from being sent with these values, or these values from being stored. */
export function checkTemplateContent(template: TemplateEntity, variables: TemplateVariables): Problem[] {
  const problems = checkTemplateVariables(template, variables);
  if (problems.length > 0 || Buffer.byteLength(JSON.stringify(variables)) <= LARGEST_CONTENT) return problems;
  return [{ path: 'variables', message: `are over ${LARGEST_CONTENT} bytes as JSON, buttons included.` }];
}

/** The values of an input by name, and everything that is wrong with them. */
export function readTemplateValues(
  template: TemplateEntity,
  { variables, buttonVariables, cards, tapTargets, inOrder }: TemplateVariables & Pick<SendTemplateInput, 'inOrder'>,
): { readonly values: TemplateVariables; readonly problems: readonly Problem[] } {
  const named = withoutUndefined({ variables, buttonVariables, cards, tapTargets });
  const read = inOrder && readInOrder(template, inOrder);
  if (read && read.problems.length > 0) return { values: {}, problems: read.problems };
  const values = read ? { ...read.variables, ...(tapTargets && { tapTargets }) } : named;
  return { values, problems: checkTemplateContent(template, values) };
}

// A stored JSON has no undefined either.
const withoutUndefined = (values: TemplateVariables): TemplateVariables =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** What the row of a single message keeps of its values. */
export function keptContent(template: TemplateEntity, values: TemplateVariables, codeSalt?: string): object {
  if (codeSalt !== undefined && hasOneTimeCode(template)) return saltContent(codeSalt);
  return withoutSecrets(template, values);
}

/** What Meta gets of a template and its values. @throws ValidationError when they do not fit each other */
export function templateContent(
  template: TemplateEntity,
  variables: TemplateVariables,
): Pick<MessageContent, 'payload' | 'secrets'> {
  const components = resolveTemplate(template, variables);
  return {
    payload: {
      type: 'template',
      template: {
        name: template.name,
        language: { code: template.language },
        ...(components.length > 0 && { components }),
      },
    },
    secrets: hasOneTimeCode(template) ? codesIn(variables) : [],
  };
}

/** A template with a one-time code has no other values: each may be the code. */
const codesIn = ({ variables, buttonVariables }: TemplateVariables): string[] =>
  [...Object.values(variables ?? {}), ...Object.values(buttonVariables ?? {})].map(String);
