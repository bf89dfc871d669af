import { Catch } from '@nestjs/common';
import type { Problem } from '../../errors.js';
import type { DescribedError } from '../described-error.js';
import { SurfaceExceptionFilter } from '../surface-exception.filter.js';

/** What this API calls the fields of `SendTemplateInput`. */
const FIELDS: Readonly<Record<string, string>> = {
  to: 'recipient_phone',
  template: 'template_name',
  phoneNumberId: 'phone_number_id',
};

/** Words errors as `{error, code, details}`. */
@Catch()
export class MetaTemplatesExceptionFilter extends SurfaceExceptionFilter {
  protected body({ message, code, problems, meta, messageId }: DescribedError): object {
    return {
      error: message,
      code,
      ...(problems && { details: groupByField(problems) }),
      ...(meta && { meta }),
      ...(messageId !== undefined && { message_id: String(messageId) }),
    };
  }
}

function groupByField(problems: readonly Problem[]): Record<string, string[]> {
  const details = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const field = (FIELDS[path] ?? path).replaceAll('buttonVariables', 'button_variables');
    const known = details.get(field) ?? [];
    if (!known.includes(message)) details.set(field, [...known, message]);
  }
  return Object.fromEntries(details);
}
