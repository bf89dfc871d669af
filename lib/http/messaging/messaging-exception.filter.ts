import { Catch } from '@nestjs/common';
import type { ValidationProblem } from '../../errors.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import type { DescribedError } from '../surface/described-error.js';
import { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/dto.js';

/** Body of every refusal. */
export class ErrorAnswer {
  /** What is wrong, in a sentence. */
  @Field()
  error!: string;

  @Field({ type: 'integer', description: 'Of 504: the row of the message, to look it up by.', optional: true })
  message_id?: number | undefined;
}

/** Words errors as `{error}`. */
@Catch()
export class MessagingExceptionFilter extends SurfaceExceptionFilter {
  protected override describe(described: DescribedError, error: unknown): DescribedError {
    if (described.status === 401) return { ...described, message: 'Unauthorized' };
    // What Meta refuses is the request's fault here; that Meta cannot be reached is not.
    if (described.status === 502 && error instanceof MetaApiError) return { ...described, status: 400 };
    return described;
  }

  protected body({ status, code, message, problems, messageId }: DescribedError): ErrorAnswer {
    const isOfFields = problems !== undefined && code === 'VALIDATION_ERROR';
    return {
      error: isOfFields ? presentProblems(problems) : message,
      // Without it the client could not look up the outcome.
      ...(status === 504 && messageId !== undefined && { message_id: messageId }),
    };
  }
}

/** Problems in sentences, each of which begins with its field. */
function presentProblems(problems: readonly ValidationProblem[]): string {
  const sentences = problems.map(({ path, message }) => `${path === 'body' ? 'The body' : path} ${message}`);
  return [...new Set(sentences)].join(' ');
}
