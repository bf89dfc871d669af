import { type ArgumentsHost, Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';
import { wordError } from './error-words.js';
import { failureTextOf } from './fails-as.decorator.js';
import { presentProblems } from './problems.presenter.js';

/** Refusals whose texts do not tell them apart. */
const WITH_CODE: ReadonlySet<number> = new Set([409, 504]);

/** Words errors as `{status, message, errors}`. */
@Catch()
export class WorkspaceExceptionFilter extends SurfaceExceptionFilter {
  protected override describe(described: DescribedError, error: unknown, host: ArgumentsHost): DescribedError {
    return wordError(described, error, failureTextOf(host.switchToHttp().getRequest<object>()));
  }

  protected body({ status, code, message, problems, retryAfter, meta, messageId }: DescribedError): object {
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
