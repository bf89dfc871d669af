import { Catch } from '@nestjs/common';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';

/** Words errors as `{error, code}`; Meta looks at the status alone. */
@Catch()
export class WebhookExceptionFilter extends SurfaceExceptionFilter {
  protected body(error: DescribedError): object {
    return presentError(error);
  }
}

export const presentError = ({ message, code }: DescribedError): object => ({ error: message, code });
