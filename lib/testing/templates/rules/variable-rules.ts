import type { Param } from '../../server/param.js';
import { isPositional, placeholdersOf } from '../placeholders.js';
import { templateError } from '../template-error.js';

/** Which component a text belongs to, as Meta's subcodes tell them apart. */
export type TextComponent = 'header' | 'body';

/** Checks a text's variables: their form, their places, and that each has an example. Returns their names. */
export function checkVariables(component: Param, kind: TextComponent, format: string): string[] {
  const text = component.get('text').string();
  const names = placeholdersOf(text);
  const wrong = (message: string) => templateError(kind, `${message} (${component.path})`);
  if (format === 'NAMED') {
    const bad = names.find((name) => !/^[a-z_][a-z0-9_]*$/.test(name));
    if (bad !== undefined)
      throw wrong(`The variable {{${bad}}} must have lowercase letters, digits and underscores only`);
  } else {
    if (!names.every(isPositional)) throw wrong('Variables of a positional template must be numbers');
    const sequential = names
      .map(Number)
      .toSorted((a, b) => a - b)
      .every((number, index) => number === index + 1);
    if (!sequential) throw wrong('Variables must be numbered {{1}}, {{2}} and so on without a gap');
  }
  if (kind === 'header' && names.length > 1) throw wrong('A header can have one variable');
  if (kind === 'body') checkPlaces(text);
  checkExamples(component, kind, format, names);
  return names;
}

function checkPlaces(text: string): void {
  if (/^\s*\{\{/.test(text) || /\}\}\s*$/.test(text)) {
    throw templateError('edgeVariable', 'The body must not start or end with a variable.');
  }
  if (/\}\}\s*\{\{/.test(text)) throw templateError('body', 'Two variables must not stand side by side.');
  const variables = text.match(/\{\{[^{}]*\}\}/g)?.length ?? 0;
  const words = text
    .replaceAll(/\{\{[^{}]*\}\}/g, ' ')
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
  if (variables > 0 && words < variables) {
    throw templateError('tooManyVariables', 'The body has too many variables for its length.');
  }
}

function checkExamples(component: Param, kind: TextComponent, format: string, names: readonly string[]): void {
  if (names.length === 0) return;
  const example = component.get('example');
  const isComplete =
    format === 'NAMED'
      ? hasNamedExamples(example.get(`${kind}_text_named_params`), names)
      : countExamples(example, kind) === names.length;
  if (!isComplete) throw templateError(kind, `The ${kind} needs an example for each of its variables.`);
}

function countExamples(example: Param, kind: TextComponent): number {
  const [first] = kind === 'body' ? example.get('body_text').optionalItems() : [example.get('header_text')];
  return first?.optionalItems().filter((item) => item.string() !== '').length ?? 0;
}

function hasNamedExamples(examples: Param, names: readonly string[]): boolean {
  const given = new Set(
    examples.optionalItems().map((item) => {
      item.get('example').string();
      return item.get('param_name').string();
    }),
  );
  return names.every((name) => given.has(name));
}
