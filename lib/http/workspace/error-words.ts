import { ForbiddenError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { ConflictError, NotFoundError, ValidationError } from '../../errors.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { UnreadableBodyError } from '../bodies/body.errors.js';
import type { DescribedError } from '../surface/described-error.js';
import { SubdomainError } from './subdomain.guard.js';

const NOT_VALID = 'Validation failed';

/** Returns an error with the status and the text that this API has for it. @param failure text of the handler */
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
  if (error instanceof ConflictError && error.code === 'CONTACT_EMAIL_TAKEN') {
    return invalid(described, 'email', 'The email has already been taken.');
  }
  if (described.status === 429) return { ...described, message: 'Too many requests' };
  const refused = error instanceof MetaApiError ? wordTemplateRefusal(described, error) : undefined;
  if (refused) return refused;
  if (described.status === 500 || described.status === 502) {
    return { ...described, status: 500, message: failure ?? 'Something went wrong' };
  }
  return described;
}

/** Templates that do not exist at Meta, or that Meta stopped: the template is paused, disabled or its Flow is blocked. */
const NOT_FOUND_AT_META = 132001;
const NOT_APPROVED_AT_META: ReadonlySet<number | null> = new Set([132015, 132016, 132068]);

/** What the values are at fault for: their number, their format, their length, their content. */
const WRONG_VALUES: ReadonlySet<number | null> = new Set([132000, 132005, 132007, 132008, 132012, 132018]);

/** What Meta refuses a template for, where this API has a status for the same. */
function wordTemplateRefusal(described: DescribedError, error: MetaApiError): DescribedError | undefined {
  const { metaCode: code, meaning, metaMessage, details } = error;
  if (code === NOT_FOUND_AT_META) return { ...described, status: 404, message: 'Template not found' };
  if (NOT_APPROVED_AT_META.has(code)) return invalid(described, 'template_name', 'Template is not APPROVED.');
  if (!WRONG_VALUES.has(code)) return undefined;
  return invalid(described, 'template_name', `${meaning} Meta said: ${details ?? metaMessage}`);
}

const invalid = (described: DescribedError, path: string, message: string): DescribedError => ({
  ...described,
  status: 422,
  message: NOT_VALID,
  problems: [{ path, message }],
});

/** `TEMPLATE_NOT_FOUND` becomes `Template not found`. */
function wordsOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
