import { types } from 'node:util';
import type { ValidationProblem } from '../../../errors.js';

/** A value that was given, read: what Meta takes for it, or what is wrong (paths relative to the value, such as `.link`). */
export type Reading<T> = { readonly parameter: T } | { readonly problems: readonly ValidationProblem[] };

/** A reading of a value that cannot be used. */
export function refused(...messages: readonly string[]): { readonly problems: readonly ValidationProblem[] } {
  return { problems: messages.map((message) => ({ path: '', message })) };
}

/** Whether a value is an object with fields: no list, no Date, not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !types.isDate(value);
}

/** What kind of value it is, for the text of a problem. The value itself is never named: it may be a secret. */
export function typeInWords(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (types.isDate(value)) return 'a Date';
  if (typeof value === 'number' && !Number.isFinite(value)) return 'not a finite number';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
