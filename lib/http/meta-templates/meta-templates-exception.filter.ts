import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';
import { presentQuota } from './bulk-sends/quota.presenter.js';
import { inOwnNames, presentProblems } from './problems.presenter.js';

/** Words errors as `{error, code, details}`. */
@Catch()
export class MetaTemplatesExceptionFilter extends SurfaceExceptionFilter {
  protected body(error: DescribedError): object {
    return presentError(error);
  }
}

/** An error as this API words it. */
export function presentError({
  message,
  code,
  problems,
  furtherProblems,
  quota,
  meta,
  messageId,
}: DescribedError): object {
  return {
    error: inOwnNames(message),
    code,
    ...(problems && { details: presentProblems(problems) }),
    ...(furtherProblems !== undefined && { further_problems: furtherProblems }),
    ...(quota && { quota_info: presentQuota(quota) }),
    ...(meta && { meta }),
    ...(messageId !== undefined && { message_id: String(messageId) }),
  };
}
