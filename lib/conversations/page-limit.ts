import { ValidationError } from '../errors.js';

const DEFAULT_LIMIT = 50;
const LARGEST_LIMIT = 100;

/** @throws ValidationError */
export function pageLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isSafeInteger(limit) && limit >= 1 && limit <= LARGEST_LIMIT) return limit;
  throw new ValidationError([{ path: 'limit', message: `must be a whole number from 1 to ${LARGEST_LIMIT}.` }]);
}
