import { Catch } from '@nestjs/common';
import type { ValidationProblem } from '../../errors.js';
import { type DescribedError, MetaError } from '../surface/described-error.js';
import { array, string } from '../openapi/schema.js';
import { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field, type Plain } from '../surface/dto.js';

/** What every failure says, of a request or of one recipient. */
export class Failure {
  /** The module’s code of the error. */
  @Field()
  code!: string;

  /** What is wrong, in a sentence. */
  @Field()
  message!: string;

  @Field({ type: 'object', description: 'Problems by field.', additionalProperties: array(string()), optional: true })
  errors?: Readonly<Record<string, readonly string[]>>;

  @Field({ type: () => MetaError, optional: true })
  meta?: MetaError;

  @Field({
    type: 'integer',
    description: 'Row of the message that was not sent, or of which the outcome is unknown.',
    optional: true,
  })
  message_id?: number;
}

/** Body of every refusal. */
export class ErrorAnswer extends Failure {
  /** Always this. */
  @Field({ type: 'boolean', enum: [false] })
  success!: false;
}

/** Words errors as `{success, message, code, errors}`. */
@Catch()
export class ConversationsExceptionFilter extends SurfaceExceptionFilter {
  protected body(error: DescribedError): ErrorAnswer {
    return { success: false, ...presentFailure(error) };
  }
}

export function presentFailure({ message, code, problems, meta, messageId }: DescribedError): Plain<Failure> {
  return {
    message,
    code,
    ...(problems && { errors: presentProblems(problems) }),
    ...(meta && { meta }),
    ...(messageId !== undefined && { message_id: messageId }),
  };
}

/** Problems by field, as `errors` has them. */
function presentProblems(problems: readonly ValidationProblem[]): Record<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const known = errors.get(path) ?? [];
    if (!known.includes(message)) errors.set(path, [...known, message]);
  }
  return Object.fromEntries(errors);
}
