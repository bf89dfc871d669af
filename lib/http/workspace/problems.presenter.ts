import type { Problem } from '../../errors.js';

const FIELDS: ReadonlyMap<string, string> = new Map([
  ['to', 'phone_number'],
  ['phoneNumberId', 'from_phone_number_id'],
  ['template', 'template_name'],
  ['language', 'template_language'],
  ['firstName', 'firstname'],
  ['lastName', 'lastname'],
  ['countryId', 'country_id'],
  ['sourceId', 'source_id'],
  ['statusId', 'status_id'],
  ['assignedId', 'assigned_id'],
  ['contact.firstName', 'contact.firstname'],
  ['contact.lastName', 'contact.lastname'],
]);

/** What this API calls a field of a service's input. */
export const fieldOf = (path: string): string => FIELDS.get(path) ?? path;

/** Problems by field, as `errors` has them; places in lists as Laravel writes them: `buttons.0.title`. */
export function presentProblems(problems: readonly Problem[]): Record<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const field = fieldOf(path).replace(/\[(\d+)\]/g, '.$1');
    const known = errors.get(field) ?? [];
    if (!known.includes(message)) errors.set(field, [...known, message]);
  }
  return Object.fromEntries(errors);
}
