import type { CountryCode } from '../../contacts/phone-number.js';
import type { Problem } from '../../errors.js';
import type { MessageEntity } from '../../messages/message.entity.js';
import { NO_CODE_BY_USER_ID, readRecipient } from '../../messages/recipient.js';
import { readTemplateValues } from '../../messages/template-messages.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { hasOneTimeCode } from '../../templates/variables/template-secrets.js';
import type { TemplateVariables } from '../../templates/variables/variable-values.js';
import type { BulkRecipient, UnreadableRecipient } from '../bulk.inputs.js';

/** A recipient that can be sent to. */
export interface ReadBulkRecipient extends Pick<MessageEntity, 'recipientPhone' | 'userId'> {
  readonly variables: TemplateVariables;
}

/** A recipient that can be sent to, or everything that is wrong with it. */
export type RecipientCheck =
  (ReadBulkRecipient & { readonly problems?: undefined }) | { readonly problems: readonly Problem[] };

/** Checks one recipient against the template, before anything is stored. */
export function checkRecipient(
  recipient: BulkRecipient | UnreadableRecipient,
  index: number,
  template: TemplateEntity,
  defaultCountry: CountryCode | undefined,
): RecipientCheck {
  const path = `recipients[${index}]`;
  const given: unknown = recipient;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    return { problems: [{ path, message: 'must be an object with phone and variables.' }] };
  }
  if ('unreadable' in recipient) return { problems: [{ path, message: recipient.unreadable }] };
  const read = readRecipient(recipient.phone, defaultCountry);
  const { values, problems: wrongValues } = readTemplateValues(template, recipient);
  const problems = [...(read.problems ?? []).map(({ message }) => ({ path: 'phone', message })), ...wrongValues];
  if (!read.problems && read.userId !== null && hasOneTimeCode(template)) {
    problems.unshift({ path: 'phone', message: NO_CODE_BY_USER_ID });
  }
  if (!read.problems && problems.length === 0) {
    const { recipientPhone, userId } = read;
    return { recipientPhone, userId, variables: values };
  }
  return { problems: problems.map((problem) => ({ ...problem, path: `${path}.${problem.path}` })) };
}
