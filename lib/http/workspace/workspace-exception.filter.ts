import { Catch } from '@nestjs/common';
import type { ValidationProblem } from '../../errors.js';
import { type DescribedError, MetaError } from '../surface/described-error.js';
import { array, string } from '../openapi/schema.js';
import { type ErrorContext, SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/field.decorator.js';
import { wordError } from './error-words.js';
import { failureTextOf } from './fails-as.decorator.js';

type Errors = Readonly<Record<string, readonly string[]>>;

/** Body of the refusals but 429. */
export class ErrorAnswer {
  @Field({ enum: ['error'] })
  status!: 'error';

  @Field()
  message!: string;

  @Field({
    description: 'Problems by field; or a text of all.',
    oneOf: [{ type: 'object', additionalProperties: array(string()) }, string()],
    optional: true,
  })
  errors?: Errors | string;

  @Field({ optional: true })
  code?: string;

  @Field({ type: () => MetaError, optional: true })
  meta?: MetaError;

  @Field({ type: 'integer', description: 'The row of the message, by which it can be looked up.', optional: true })
  message_id?: number;
}

/** Body of 429. */
export class RateLimitAnswer {
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
