import type { Problem } from '../../errors.js';

/** What this API calls the fields of the services' inputs. */
const FIELDS: Readonly<Record<string, string>> = {
  to: 'phoneNumber',
  type: 'messageType',
  text: 'content',
  'text.body': 'content',
  template: 'templateName',
  language: 'languageCode',
  replyTo: 'context.message_id',
};

/** Problems by field, as `errors` has them. */
export function presentProblems(problems: readonly Problem[]): Record<string, string[]> {
  const errors = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const field = FIELDS[path] ?? path;
    const known = errors.get(field) ?? [];
    if (!known.includes(message)) errors.set(field, [...known, message]);
  }
  return Object.fromEntries(errors);
}
