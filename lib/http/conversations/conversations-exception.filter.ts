import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';
import { presentProblems } from './problems.presenter.js';

/** Words errors as `{success, message, code, errors}`. */
@Catch()
export class ConversationsExceptionFilter extends SurfaceExceptionFilter {
  protected body(error: DescribedError): object {
    return presentError(error);
  }
}

/** An error as this API words it. */
export function presentError({ message, code, problems, meta, messageId }: DescribedError): object {
  return {
    success: false,
    message,
    code,
    ...(problems && { errors: presentProblems(problems) }),
    ...(meta && { meta }),
    ...(messageId !== undefined && { message_id: messageId }),
  };
}
