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

/** Options that another room checks, one thing at a time. */
export function checkPart(path: string, check: () => unknown): ValidationProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return [problem(`${path}:`, error.message)];
    throw error;
  }
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
