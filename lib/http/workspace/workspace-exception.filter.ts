import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { type ErrorContext, SurfaceExceptionFilter } from '../surface-exception.filter.js';
import { wordError } from './error-words.js';
import { failureTextOf } from './fails-as.decorator.js';
import { presentProblems } from './problems.presenter.js';

/** Refusals whose texts do not tell them apart. */
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

  protected body(error: DescribedError): object {
    return presentError(error);
  }
}

/** An error as this API words it, once it has its status and text. */
export function presentError({ status, code, message, problems, retryAfter, meta, messageId }: DescribedError): object {
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
