import { Catch } from '@nestjs/common';
import { array, string } from '../openapi/schema.js';
import type { DescribedError } from '../surface/described-error.js';
import { Field } from '../surface/dto.js';
import type { FieldNames } from '../surface/field-names.js';
import { type ErrorContext, SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { LinkEndedError, SignInRequiredError } from './console.guard.js';

/** Body of every refusal. */
export class ErrorAnswer {
  @Field({ description: 'What is wrong, in a sentence.' })
  error!: string;

  @Field({
    description:
      '`SIGN_IN_REQUIRED` where the console itself asks for an API key, `LINK_ENDED` of a link that is over.',
    example: 'NOT_FOUND',
  })
  code!: string;

  @Field({ type: 'object', description: 'Problems by field.', additionalProperties: array(string()), optional: true })
  details?: Readonly<Record<string, readonly string[]>>;
}

/** Words errors as `{error, code, details}`. */
@Catch()
export class ConsoleExceptionFilter extends SurfaceExceptionFilter {
  protected override describe(described: DescribedError, error: unknown, _context: ErrorContext): DescribedError {
    // The host's own guards refuse with 401, too: then there is nothing to sign in to here.
    if (error instanceof SignInRequiredError) return { ...described, code: 'SIGN_IN_REQUIRED' };
    return error instanceof LinkEndedError ? { ...described, code: 'LINK_ENDED' } : described;
  }

  protected body({ message, code, problems = [] }: DescribedError, names: FieldNames): ErrorAnswer {
    const details = new Map<string, string[]>();
    for (const { path, message: text } of problems) {
      details.set(path, [...(details.get(path) ?? []), names.inText(text)]);
    }
    return {
      error: names.inText(message),
      code,
      ...(details.size > 0 && { details: Object.fromEntries(details) }),
    };
  }
}
