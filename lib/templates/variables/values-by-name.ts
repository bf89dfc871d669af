import { suggestion } from '../../did-you-mean.js';
import type { ValidationProblem } from '../../errors.js';
import { isObject, typeInWords } from './values/text-value.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable, ValueSource } from './template-variable.js';
import { variablesOfPart } from './template-variables.js';
import { buttonInWords } from './variable-place.js';

type Named = Readonly<Record<string, unknown>>;

/** Values given by name for one part, and what is wrong with the names. `prefix` is `''` or such as `cards[1].`. */
export function valuesByName(
  part: TemplatePart,
  input: Named,
  prefix: string,
): { readonly source: ValueSource; readonly problems: readonly ValidationProblem[] } {
  const problems: ValidationProblem[] = [];
  const variables = namedValues(input.variables, `${prefix}variables`, problems);
  const buttonVariables = namedValues(input.buttonVariables, `${prefix}buttonVariables`, problems);
  const known = namesOfPart(part);
  const ofNames = [
    ...firstOf(nameProblems(known, variables, `${prefix}variables`), `${prefix}variables`),
    ...firstOf(
      buttonNameProblems(part, known, buttonVariables, `${prefix}buttonVariables`),
      `${prefix}buttonVariables`,
    ),
  ];
  return { source: { root: `${prefix}variables`, valueOf, missing }, problems: [...problems, ...ofNames] };

  function valueOf(variable: TemplateVariable): { path: string; value: unknown } {
    if (variable.component === 'BUTTON') {
      return { path: `${prefix}buttonVariables.${variable.name}`, value: ownValue(buttonVariables, variable.name) };
    }
    const name = [variable.headerName, variable.name, aliasOf(variable)].find(
      (one) => one && ownValue(variables, one) !== undefined,
    );
    return { path: `${prefix}variables.${name ?? variable.name}`, value: name ? ownValue(variables, name) : undefined };
  }

  function missing(variable: TemplateVariable, place: string): ValidationProblem {
    const { name, placeholder } = variable;
    const isRenamed = placeholder !== undefined && name !== placeholder;
    const hint = isRenamed ? `; the body has a {{${placeholder}}} too, so the header's is named ${name}` : '';
    return { path: valueOf(variable).path, message: `is missing; ${place}${hint}.` };
  }
}

/** `header_1` always names the header's `{{1}}`, also where `1` alone would do. */
function aliasOf(variable: TemplateVariable): string | undefined {
  const isNumbered = variable.component === 'HEADER' && variable.placeholder === String(variable.position);
  return isNumbered ? `header_${variable.position}` : undefined;
}

function namedValues(given: unknown, path: string, problems: ValidationProblem[]): Named {
  if (isObject(given)) return given;
  if (given !== undefined && given !== null) {
    problems.push({ path, message: `is ${typeInWords(given)}; write an object of names and values.` });
  }
  return {};
}

function ownValue(given: Named, name: string): unknown {
  // A variable may be called `constructor`, which every object has without being given one.
  return Object.hasOwn(given, name) ? given[name] : undefined;
}

/** What a part's variables may be called. */
interface PartNames {
  readonly variables: readonly TemplateVariable[];
  readonly names: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string | undefined, string>;
  readonly buttons: ReadonlySet<string>;
}

const namesKnown = new WeakMap<TemplatePart, PartNames>();

/** Made once: a million recipients may ask. */
function namesOfPart(part: TemplatePart): PartNames {
  const known = namesKnown.get(part) ?? listNames(variablesOfPart(part));
  namesKnown.set(part, known);
  return known;
}

function listNames(all: readonly TemplateVariable[]): PartNames {
  const variables = all.filter((variable) => variable.component !== 'BUTTON');
  return {
    variables,
    names: new Set(variables.flatMap(({ name, headerName }) => (headerName ? [name, headerName] : [name]))),
    aliases: new Map(variables.map((variable) => [aliasOf(variable), variable.name])),
    buttons: new Set(all.filter(({ component }) => component === 'BUTTON').map(({ name }) => name)),
  };
}

function nameProblems({ variables, names, aliases }: PartNames, given: Named, path: string): ValidationProblem[] {
  const strange = givenNames(given).filter((name) => !names.has(name));
  if (strange.length === 0) return [];
  const takes =
    names.size > 0 ? `it takes ${[...new Set(variables.map(({ name }) => name))].join(', ')}` : 'it takes none';
  const unused = [...names].filter((name) => ownValue(given, name) === undefined);
  return strange.flatMap((name, index) => {
    const alias = aliases.get(name);
    if (alias === undefined) {
      // Only as many as `firstOf` leaves: a request can have 100,000 names that the template does not know.
      const meant = index < MOST_NAME_PROBLEMS ? suggestion(name, unused) : '';
      return { path: `${path}.${name}`, message: `is no variable of the template; ${takes}.${meant}` };
    }
    if (ownValue(given, alias) === undefined) return [];
    return { path: `${path}.${name}`, message: `gives the header's variable twice; leave ${name} or ${alias} out.` };
  });
}

function buttonNameProblems(
  part: TemplatePart,
  { buttons: names }: PartNames,
  given: Named,
  path: string,
): ValidationProblem[] {
  const strange = givenNames(given).filter((name) => !names.has(name));
  if (strange.length === 0) return [];
  const count = part.buttons.length;
  const buttons = ['no buttons', 'one button, button_0'][count] ?? `${count} buttons, button_0 to button_${count - 1}`;
  return strange.map((name) => {
    const index = /^button_(0|[1-9]\d*)$/.exec(name)?.[1];
    const message =
      index !== undefined && Number(index) < count
        ? `is not wanted: ${buttonInWords(part, Number(index))} takes no value; leave it out.`
        : `is no button of the template, which has ${buttons}.`;
    return { path: `${path}.${name}`, message };
  });
}

/** As many problems as a refusal names: a request can have 100,000 names that the template does not know. */
function firstOf(problems: readonly ValidationProblem[], path: string): readonly ValidationProblem[] {
  if (problems.length <= MOST_NAME_PROBLEMS) return problems;
  const count = problems.length - MOST_NAME_PROBLEMS;
  const names = count === 1 ? 'one more name that is' : `${count} more names that are`;
  return [...problems.slice(0, MOST_NAME_PROBLEMS), { path, message: `has ${names} wrong.`, count }];
}

const MOST_NAME_PROBLEMS = 100;

function givenNames(given: Named): string[] {
  return Object.keys(given).filter((name) => given[name] !== undefined);
}
