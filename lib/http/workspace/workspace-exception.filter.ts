import { Catch } from '@nestjs/common';
import { type ValidationProblem, ConflictError, NotFoundError, ValidationError } from '../../errors.js';
import { type DescribedError, MetaError } from '../surface/described-error.js';
import { array, string } from '../openapi/schema.js';
import { type ErrorContext, SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/dto.js';
import { failureTextOf } from './fails-as.decorator.js';
import { ForbiddenError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { UnreadableBodyError } from '../bodies/body.errors.js';
import { SubdomainError } from './subdomain.guard.js';

type Errors = Readonly<Record<string, readonly string[]>>;

/** Body of the refusals but 429. */
export class ErrorAnswer {
  /** Always this. */
  @Field({ enum: ['error'] })
  status!: 'error';

  /** What is wrong, in a sentence. */
  @Field()
  message!: string;

  @Field({
    description: 'Problems by field; or a text of all.',
    oneOf: [{ type: 'object', additionalProperties: array(string()) }, string()],
    optional: true,
  })
  errors?: Errors | string;

  /** The module’s code of the error. */
  @Field({ optional: true })
  code?: string;

  @Field({ type: () => MetaError, optional: true })
  meta?: MetaError;

  @Field({ type: 'integer', description: 'The row of the message, by which it can be looked up.', optional: true })
  message_id?: number;
}

/** Body of 429. */
export class RateLimitAnswer {
  /** What is wrong, in a sentence. */
  @Field()
  message!: string;

  @Field({ type: 'integer', description: 'Seconds.', minimum: 1 })
  retry_after!: number;
}

/** Refusals that only the code distinguishes. */
const WITH_CODE: ReadonlySet<number> = new Set([409, 504]);

/** Seconds to wait where a limit of the host's does not say. */
const DEFAULT_WAIT = 60;

/** Words errors as `{status, message, errors}`. */
@Catch()
export class WorkspaceExceptionFilter extends SurfaceExceptionFilter {
  protected override describe(described: DescribedError, error: unknown, context: ErrorContext): DescribedError {
    const worded = wordError(described, error, failureTextOf(context.handler));
    if (worded.status !== 429 || worded.retryAfter !== undefined) return worded;
    const wait = Number(context.retryAfter);
    return { ...worded, retryAfter: wait > 0 ? wait : DEFAULT_WAIT };
  }

  protected body(error: DescribedError): ErrorAnswer | RateLimitAnswer {
    const { status, code, message, problems, retryAfter = DEFAULT_WAIT, meta, messageId } = error;
    if (status === 429) return { message, retry_after: retryAfter };
    if (code === 'INVALID_SUBDOMAIN') return { status: 'error', message, errors: 'Invalid tenant subdomain' };
    return {
      status: 'error',
      message,
      ...(problems && { errors: presentProblems(problems) }),
      ...((meta ?? WITH_CODE.has(status)) && { code }),
      ...(meta && { meta }),
      ...(messageId !== undefined && { message_id: messageId }),
    };
  }
}

/** Problems by field, as `errors` has them; places in lists as Laravel writes them: `buttons.0.title`. */
function presentProblems(problems: readonly ValidationProblem[]): Errors {
  const errors = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const field = path.replace(/\[(\d+)\]/g, '.$1');
    const known = errors.get(field) ?? [];
    if (!known.includes(message)) errors.set(field, [...known, message]);
  }
  return Object.fromEntries(errors);
}

const NOT_VALID = 'Validation failed';

/** Returns an error with the status and the text that this API has for it. @param failure text of the handler */
function wordError(described: DescribedError, error: unknown, failure: string | undefined): DescribedError {
  if (error instanceof SubdomainError) return { ...described, status: 400, message: NOT_VALID };
  if (error instanceof UnauthenticatedError) {
    return { ...described, message: error.reason === 'missing' ? 'API token is required' : 'Invalid API token' };
  }
  if (error instanceof ForbiddenError) {
    return { ...described, message: `Token does not have the required ability: ${error.ability}` };
  }
  if (error instanceof NotFoundError) return { ...described, message: codeInWords(error.code) };
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
function codeInWords(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
