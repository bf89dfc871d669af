import { ForbiddenError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { UnreadableBodyError } from '../bodies/readable-body.guard.js';
import type { DescribedError } from '../described-error.js';
import { SubdomainError } from './subdomain.guard.js';

const NOT_VALID = 'Validation failed';

/** An error with the status and the text that this API has for it. @param failure what a failed call of this kind is told */
export function wordError(described: DescribedError, error: unknown, failure: string | undefined): DescribedError {
  if (error instanceof SubdomainError) return { ...described, status: 400, message: NOT_VALID };
  if (error instanceof UnauthenticatedError) {
    return { ...described, message: error.reason === 'missing' ? 'API token is required' : 'Invalid API token' };
  }
  if (error instanceof ForbiddenError) {
    return { ...described, message: `Token does not have the required ability: ${error.ability}` };
  }
  if (error instanceof NotFoundError) return { ...described, message: wordsOf(error.code) };
  if (error instanceof UnreadableBodyError) return { ...described, message: NOT_VALID };
  if (error instanceof ValidationError) return { ...described, status: 422, message: NOT_VALID };
  if (error instanceof TemplateNotApprovedError) {
    return invalid(described, 'template_name', 'Template is not APPROVED.');
  }
  if (error instanceof ConflictError && error.code === 'CONTACT_EXISTS') {
    return invalid(described, 'phone', 'The phone has already been taken.');
  }
  if (described.status === 429) return { ...described, message: 'Too many requests' };
  if (described.status === 500 || described.status === 502) {
    return { ...described, status: 500, message: failure ?? 'Something went wrong' };
  }
  return described;
}

const invalid = (described: DescribedError, path: string, message: string): DescribedError => ({
  ...described,
  status: 422,
  message: NOT_VALID,
  problems: [{ path, message }],
});

/** `TEMPLATE_NOT_FOUND` is told as `Template not found`. */
function wordsOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
