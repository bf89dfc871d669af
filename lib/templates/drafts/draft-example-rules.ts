import type { Problem } from '../../errors.js';
import { isPosition, placeholderNames } from '../variables/placeholders.js';
import type { NamedExample, TemplateComponent } from '../template-component.js';

/** What is missing of the examples that Meta's reviewers need for a header's variable. */
export function headerExampleProblems({ text, example }: TemplateComponent, path: string): Problem[] {
  return exampleProblems(text, example?.header_text, example?.header_text_named_params, {
    positional: `${path}.example.header_text`,
    named: `${path}.example.header_text_named_params`,
    shape: 'a list with one value for each variable: ["Jo"]',
  });
}

/** What is missing of the examples that Meta's reviewers need for a body's variables. */
export function bodyExampleProblems({ text, example }: TemplateComponent, path: string): Problem[] {
  const values = example?.body_text?.[0];
  return exampleProblems(text, Array.isArray(values) ? values : undefined, example?.body_text_named_params, {
    positional: `${path}.example.body_text`,
    named: `${path}.example.body_text_named_params`,
    shape: 'a list in a list, with one value for each variable: [["Jo", "12"]]',
  });
}

function exampleProblems(
  text: string | undefined,
  values: readonly unknown[] | undefined,
  named: readonly NamedExample[] | undefined,
  { positional, named: namedPath, shape }: { positional: string; named: string; shape: string },
): Problem[] {
  const names = placeholderNames(text ?? '');
  if (names.length === 0) return [];
  if (names.every(isPosition)) {
    const isComplete = values?.length === names.length && values.every(isExample);
    return isComplete ? [] : [{ path: positional, message: `must be ${shape}.` }];
  }
  const given = new Map((named ?? []).map(({ param_name, example }) => [param_name, example]));
  return names
    .filter((name) => !isExample(given.get(name)))
    .map((name) => ({ path: namedPath, message: `lacks {"param_name": "${name}", "example": "…"}.` }));
}

function isExample(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}
