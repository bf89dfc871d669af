import type { ValidationProblem } from './errors.js';

/** What is wrong with a page of a list. */
export function pageProblems(page: number, pageSize: number): ValidationProblem[] {
  return [
    ...(Number.isSafeInteger(page) && page >= 1 ? [] : [{ path: 'page', message: 'must be 1 or more.' }]),
    ...(Number.isSafeInteger(pageSize) && pageSize >= 1 && pageSize <= 100
      ? []
      : [{ path: 'pageSize', message: 'must be between 1 and 100.' }]),
  ];
}
