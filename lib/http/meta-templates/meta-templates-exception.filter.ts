import { Catch } from '@nestjs/common';
import type { ValidationProblem } from '../../errors.js';
import { type DescribedError, MetaError } from '../surface/described-error.js';
import { array, string } from '../openapi/schema.js';
import { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import { Field } from '../surface/dto.js';
import type { FieldNames } from '../surface/field-names.js';
import { presentQuota, QuotaInfo } from './bulk-sends/bulk-send.presenter.js';

/** Problems by field. */
type Details = Readonly<Record<string, readonly string[]>>;

/** Body of every refusal. */
export class ErrorAnswer {
  /** What is wrong, in a sentence. */
  @Field()
  error!: string;

  /** The module’s code of the error. */
  @Field()
  code!: string;

  @Field({ type: 'object', description: 'Problems by field.', additionalProperties: array(string()), optional: true })
  details?: Details;

  @Field({ type: 'integer', description: 'Problems beyond the first 100.', optional: true })
  further_problems?: number;

  @Field({ type: () => QuotaInfo, optional: true })
  quota_info?: QuotaInfo;

  @Field({ type: () => MetaError, optional: true })
  meta?: MetaError;

  @Field({ description: 'Of the message that was not sent, or of which the outcome is unknown.', optional: true })
  message_id?: string;
}

/** Words errors as `{error, code, details}`. */
@Catch()
export class MetaTemplatesExceptionFilter extends SurfaceExceptionFilter {
  protected body(error: DescribedError, names: FieldNames): ErrorAnswer {
    const { message, code, problems, furtherProblems, quota, meta, messageId } = error;
    return {
      error: names.inText(message),
      code,
      ...(problems && { details: presentProblems(problems, names) }),
      ...(furtherProblems !== undefined && { further_problems: furtherProblems }),
      ...(quota && { quota_info: presentQuota(quota) }),
      ...(meta && { meta }),
      ...(messageId !== undefined && { message_id: String(messageId) }),
    };
  }
}

/** Problems by field, as `details` has them. */
export function presentProblems(problems: readonly ValidationProblem[], names: FieldNames): Details {
  const details = new Map<string, string[]>();
  for (const { path, message: text } of problems) {
    const message = names.inText(text);
    const known = details.get(path) ?? [];
    if (!known.includes(message)) details.set(path, [...known, message]);
  }
  return Object.fromEntries(details);
}
