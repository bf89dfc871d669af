import { Catch } from '@nestjs/common';
import { MetaApiError } from '../../graph/meta-api.error.js';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';
import type { Problem } from '../../errors.js';

/** Words errors as `{error}`. */
@Catch()
export class MessagingExceptionFilter extends SurfaceExceptionFilter {
  protected override describe(described: DescribedError, error: unknown): DescribedError {
    return wordError(described, error);
  }

  protected body(error: DescribedError): object {
    return presentError(error);
  }
}

/** An error with the status and the text that this API has for it. */
export function wordError(described: DescribedError, error: unknown): DescribedError {
  if (described.status === 401) return { ...described, message: 'Unauthorized' };
  // What Meta refuses is the request's fault here; that Meta cannot be reached is not.
  if (described.status === 502 && error instanceof MetaApiError) return { ...described, status: 400 };
  return described;
}

export function presentError({ status, code, message, problems, messageId }: DescribedError): object {
  const isOfFields = problems !== undefined && code === 'VALIDATION_ERROR';
  return {
    error: isOfFields ? presentProblems(problems) : message,
    // Without it the client could not look up the outcome.
    ...(status === 504 && messageId !== undefined && { message_id: messageId }),
  };
}

/** What this API calls the fields of the services' inputs. */
const FIELDS: ReadonlyMap<string, string> = new Map([
  ['to', 'phone'],
  ['person', 'phone'],
  ['text', 'message'],
  ['text.body', 'message'],
  ['template', 'template_name'],
]);

/** Problems in sentences, each of which begins with its field. */
function presentProblems(problems: readonly Problem[]): string {
  const sentences = problems.map(({ path, message }) => {
    const field = FIELDS.get(path) ?? path.replace(/^location\./, '');
    return path === 'body' ? `The body ${message}` : `${field} ${message}`;
  });
  return [...new Set(sentences)].join(' ');
}
