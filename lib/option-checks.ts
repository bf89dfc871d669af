import { suggestion } from './did-you-mean.js';
import { ConfigurationError, type ValidationProblem } from './errors.js';

/** @throws ConfigurationError that names every problem */
export function refuse(problems: readonly ValidationProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => `  ${path} ${message}`);
  throw new ConfigurationError(`Invalid WhatsAppModule options:\n${lines.join('\n')}`);
}

export const problem = (path: string, message: string): ValidationProblem => ({ path, message });

export function checkList(path: string, list: unknown): ValidationProblem[] {
  return list === undefined || Array.isArray(list) ? [] : [problem(path, 'must be an array.')];
}

// What is no list is refused by `checkList`; the rest is checked all the same, to name everything at once.
export const itemsOf = <T>(list: readonly T[] | undefined): readonly T[] => (Array.isArray(list) ? list : []);

/** A group of options. */
export const checkObject = (path: string, value: unknown): ValidationProblem[] =>
  value === undefined || (typeof value === 'object' && value !== null && !Array.isArray(value))
    ? []
    : [problem(path, 'must be an object.')];

/** Whether a value has methods of these names. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === 'function');
}

/**
 * Names in a group of options that there are not, for a misspelled one would be as good as left out.
 * @param path of the group; empty for the options themselves
 * @param known each name that there is; a type that changes makes the compiler ask for the change here
 */
export function checkNames<Options>(
  path: string,
  given: unknown,
  known: Readonly<Record<keyof Options & string, true>>,
): ValidationProblem[] {
  // An instance of a class has fields of its own, too.
  if (!isPlainObject(given)) return [];
  const names = Object.keys(known);
  return Object.keys(given)
    .filter((name) => !Object.hasOwn(known, name))
    .map((name) => unknownName(path === '' ? name : `${path}.${name}`, name, names, 'is no option'));
}

/** @param what such as `is no option` */
export function unknownName(path: string, name: string, known: readonly string[], what: string): ValidationProblem {
  return problem(path, `${what}${suggestion(name, known).replace(/^ /, '. ') || `; there is ${known.join(', ')}.`}`);
}

function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm have another `Object.prototype`.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

export function checkDuration(path: string, value: unknown, least: number): ValidationProblem[] {
  if (value === undefined) return [];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= LONGEST_TIMER) return [];
  return [problem(path, `must be a whole number of milliseconds from ${least} to ${LONGEST_TIMER}.`)];
}

export function checkAbove0(path: string, value: number | undefined, isWhole: boolean): ValidationProblem[] {
  if (value === undefined || (Number.isFinite(value) && value > 0 && (!isWhole || Number.isInteger(value)))) return [];
  return [problem(path, `must be a ${isWhole ? 'whole ' : ''}number above 0.`)];
}

/** Milliseconds; Node fires a longer timer at once. */
export const LONGEST_TIMER = 2_147_483_647;

// Meta will not promise digits for ever, so that only what is clearly no id is refused.
export const isId = (id: unknown): boolean => typeof id === 'string' && /^[\w.-]{1,64}$/.test(id);
