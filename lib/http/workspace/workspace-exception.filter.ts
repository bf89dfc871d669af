import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';

/** Words errors as `{status, message, errors}`. */
@Catch()
export class WorkspaceExceptionFilter extends SurfaceExceptionFilter {
  protected body({ message }: DescribedError): object {
    return { status: 'error', message };
  }
}
