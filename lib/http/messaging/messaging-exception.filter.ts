import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';

/** Words errors as `{error}`. */
@Catch()
export class MessagingExceptionFilter extends SurfaceExceptionFilter {
  protected body({ message }: DescribedError): object {
    return { error: message };
  }
}
