import type { Param } from '../../server/param.js';
import { placeholdersOf, isPositional } from '../template-outline.js';
import { templateError } from '../../errors/graph-error.js';

/** How many buttons of a kind one template may have; kinds not named here up to ten, like all together. */
const MAXIMUM = new Map([
  ['URL', 2],
  ['PHONE_NUMBER', 1],
  ['COPY_CODE', 1],
  ['VOICE_CALL', 1],
]);
const TYPES = [
  'QUICK_REPLY',
  'URL',
  'PHONE_NUMBER',
  'COPY_CODE',
  'FLOW',
  'CATALOG',
  'MPM',
  'SPM',
  'VOICE_CALL',
  'REQUEST_CONTACT_INFO',
];
/** Kinds with a label that Meta writes itself. */
const WITHOUT_LABEL = new Set(['COPY_CODE', 'SPM', 'VOICE_CALL', 'REQUEST_CONTACT_INFO']);

/** Counts, order and fields of a BUTTONS component. See Meta's page "Template components". */
export function checkButtons(component: Param | undefined): void {
  if (!component) return;
  const buttons = component.get('buttons').itemsBetween(1, 10);
  const types = buttons.map((button) => button.get('type').oneOf(TYPES));
  for (const [type, max] of MAXIMUM) {
    if (types.filter((candidate) => candidate === type).length > max) {
      throw component.get('buttons').invalid(`must have at most ${max} of type ${type}.`);
    }
  }
  checkOrder(types, component);
  for (const [index, button] of buttons.entries()) checkButton(button, types[index] ?? '');
}

function checkOrder(types: readonly string[], component: Param): void {
  const first = types.indexOf('QUICK_REPLY');
  const last = types.lastIndexOf('QUICK_REPLY');
  if (first < 0 || types.slice(first, last + 1).every((type) => type === 'QUICK_REPLY')) return;
  throw component
    .get('buttons')
    .invalid('must keep quick replies together: other buttons go before or after all of them.');
}

function checkButton(button: Param, type: string): void {
  if (!WITHOUT_LABEL.has(type)) button.get('text').text(25);
  if (type === 'REQUEST_CONTACT_INFO' && button.get('text').given) {
    throw button.get('text').invalid('is not supported for this type of button.');
  }
  if (type === 'PHONE_NUMBER') button.get('phone_number').text(20);
  if (type === 'COPY_CODE') checkCopyCode(button.get('example'));
  if (type === 'URL') checkUrl(button);
  if (type === 'FLOW' && !button.firstOf('flow_id', 'flow_name', 'flow_json')) button.get('flow_id').required();
}

function checkCopyCode(example: Param): void {
  // Meta's pages say 15 in one place and 20 in another; the wider one is never refused.
  (Array.isArray(example.value) ? example.items()[0] : example)?.text(20);
}

function checkUrl(button: Param): void {
  const url = button.get('url');
  const text = url.text(2000);
  const variables = placeholdersOf(text);
  if (!/^https?:\/\//i.test(text)) throw url.invalid('must be an http or https URL.');
  if (variables.length === 0) return;
  if (variables.length > 1 || variables[0] !== '1' || !/\{\{\s*1\s*\}\}$/.test(text)) {
    throw url.invalid('can have one variable, {{1}}, at its end.');
  }
  const example = button.get('example');
  const count = example.given ? example.items().length : 0;
  if (count === 0) throw templateError('body', 'A URL button with a variable needs an example.');
}

/** Which component a text belongs to, as Meta's subcodes distinguish them. */
type TextComponent = 'header' | 'body';

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
