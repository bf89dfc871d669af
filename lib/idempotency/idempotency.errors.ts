import { ConflictError } from '../errors.js';

/** The idempotency key was used for another body, or its first request is still running. */
export class IdempotencyConflictError extends ConflictError {
  constructor(reason: 'another-body' | 'still-running') {
    super(
      'IDEMPOTENCY_CONFLICT',
      reason === 'another-body'
        ? 'This Idempotency-Key was used with another body. Use a new key for a new request.'
        : 'The first request with this Idempotency-Key is still running. Ask again in a moment.',
    );
  }
}
