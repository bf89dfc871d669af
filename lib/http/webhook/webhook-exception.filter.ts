import { Catch } from '@nestjs/common';
import type { DescribedError } from '../surface/described-error.js';
import { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/field.decorator.js';

/** Body of every refusal. */
export class ErrorAnswer {
  @Field()
  error!: string;

  @Field()
  code!: string;
}

/** Words errors as `{error, code}`; Meta looks at the status alone. */
@Catch()
export class WebhookExceptionFilter extends SurfaceExceptionFilter {
  protected body({ message, code }: DescribedError): ErrorAnswer {
    return { error: message, code };
  }
}
