import type { Problem } from '../../errors.js';

/** What this API calls the fields of the services' inputs. */
const FIELDS: Readonly<Record<string, string>> = {
  to: 'recipient_phone',
  template: 'template_name',
  phoneNumberId: 'phone_number_id',
  scheduledAt: 'scheduled_at',
  onQuotaExceeded: 'on_quota_exceeded',
};

/** Problems by field, as `details` has them. */
export function presentProblems(problems: readonly Problem[]): Record<string, string[]> {
  const details = new Map<string, string[]>();
  for (const { path, message } of problems) {
    const field = (FIELDS[path] ?? path).replaceAll('buttonVariables', 'button_variables');
    const known = details.get(field) ?? [];
    if (!known.includes(message)) details.set(field, [...known, message]);
  }
  return Object.fromEntries(details);
}
