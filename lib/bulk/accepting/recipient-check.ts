import { type CountryCode, normalizePhoneNumber } from '../../contacts/phone-number.js';
import type { Problem } from '../../errors.js';
import { checkTemplateContent } from '../../messages/template-content.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import type { TemplateVariables } from '../../templates/variables/variable-values.js';
import type { BulkRecipient, UnreadableRecipient } from '../bulk.inputs.js';

/** A recipient that can be sent to, or everything that is wrong with it. */
export type RecipientCheck =
  | { readonly phone: string; readonly variables: TemplateVariables; readonly problems?: undefined }
  | { readonly problems: readonly Problem[] };

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
  const { phone, variables, buttonVariables, cards } = recipient;
  const number = normalizePhoneNumber(phone, defaultCountry);
  const values = withoutUndefined({ variables, buttonVariables, cards });
  const wrongValues = checkTemplateContent(template, values);
  if (number.digits !== undefined && wrongValues.length === 0) return { phone: number.digits, variables: values };
  const wrongNumber = number.problem === undefined ? [] : [{ path: 'phone', message: number.problem }];
  return {
    problems: [...wrongNumber, ...wrongValues].map((problem) => ({ ...problem, path: `${path}.${problem.path}` })),
  };
}

const withoutUndefined = (values: TemplateVariables): TemplateVariables =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
