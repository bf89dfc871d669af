import type { Problem } from '../../errors.js';

/** What this API calls the fields of the services' inputs. */
const FIELDS: Readonly<Record<string, string>> = {
  to: 'recipient_phone',
  template: 'template_name',
  phoneNumberId: 'phone_number_id',
  scheduledAt: 'scheduled_at',
  onQuotaExceeded: 'on_quota_exceeded',
  buttonVariables: 'button_variables',
};

/** Names that no sentence has by chance. */
const NAMES_IN_TEXTS = new RegExp(
  `\\b(?:${Object.keys(FIELDS)
    .filter((name) => /[A-Z]/.test(name))
    .join('|')})\\b`,
  'g',
);

/** A service's text with this API's names of fields. */
export function inOwnNames(text: string): string {
  return text.replaceAll(NAMES_IN_TEXTS, (name) => FIELDS[name] ?? name);
}

/** Problems by field, as `details` has them. */
export function presentProblems(problems: readonly Problem[]): Record<string, string[]> {
  const details = new Map<string, string[]>();
  for (const { path, message: text } of problems) {
    const field = FIELDS[path] ?? inOwnNames(path);
    const message = inOwnNames(text);
    const known = details.get(field) ?? [];
    if (!known.includes(message)) details.set(field, [...known, message]);
  }
  return Object.fromEntries(details);
}
