import { type Problem, ValidationError } from '../errors.js';

/** A file that Meta would not take, or that could not be had; nothing was uploaded. */
export class InvalidMediaError extends ValidationError {
  constructor(...problems: readonly Problem[]) {
    super(problems, 'INVALID_MEDIA');
  }
}
