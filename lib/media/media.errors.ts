import { type ValidationProblem, ValidationError } from '../errors.js';

/**
 * A file that Meta would not take, or that could not be had; nothing was uploaded.
 *
 * @publicApi
 */
export class InvalidMediaError extends ValidationError {
  constructor(...problems: readonly ValidationProblem[]) {
    super(problems, 'INVALID_MEDIA');
  }
}
