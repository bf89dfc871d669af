import { recipientKey } from '../records/records.js';
import { secondsOf, type Change } from './update.js';
import type { UserNode } from '../users/user.js';
import type { TemplateComponent } from '../templates/template.fixture.js';

/** The business portfolio has another messaging limit. */
export function limitChange(messagingLimit: string): Change {
  const value = {
    max_daily_conversations_per_business: messagingLimit,
    max_phone_numbers_per_business: 20,
    max_phone_numbers_per_waba: 20,
  };
  return { field: 'business_capability_update', value };
}

/** The number may send faster. */
export function throughputChange(digits: string, messagingLimit: string): Change {
  const value = {
    display_phone_number: digits,
    event: 'THROUGHPUT_UPGRADE',
    current_limit: messagingLimit,
    max_daily_conversations_per_business: messagingLimit,
  };
  return { field: 'phone_number_quality_update', value };
}

/** A user wants no marketing messages any more, or wants them again. */
export function preferenceChange(
  name: string,
  value: 'stop' | 'resume',
  at: number,
  user: UserNode | undefined,
): Change {
  const waId = user ? (user.isNumberReported ? user.phone : undefined) : recipientKey(name);
  const ids = {
    ...(waId !== undefined && { wa_id: waId }),
    ...(user && { user_id: user.userId }),
    ...(user?.parentUserId !== undefined && { parent_user_id: user.parentUserId }),
  };
  const detail =
    value === 'stop' ? 'User requested to stop marketing messages' : 'User requested to resume marketing messages';
  const preference = { ...ids, detail, category: 'marketing_messages', value, timestamp: secondsOf(at) };
  return {
    field: 'user_preferences',
    value: {
      contacts: [{ profile: { name: user?.profileName ?? 'Sample Customer' }, ...ids }],
      user_preferences: [preference],
    },
  };
}

/** The number has another username, or none any more. */
export function usernameChange(digits: string, { username, status }: OwnUsername, isRevoked: boolean): Change {
  const value = {
    display_phone_number: digits,
    ...(username !== undefined && { username }),
    status: status ?? 'deleted',
    ...(isRevoked && { context: 'revoked' }),
  };
  return { field: 'business_username_updates', value };
}

/** The username of a business phone number. */
export interface OwnUsername {
  readonly username: string | undefined;
  /** `approved` or `reserved`; undefined while there is none. */
  readonly status: string | undefined;
}

/** A template as its webhooks name it. */
interface ChangedTemplate {
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly status: string;
  readonly category: string;
  readonly qualityScore: string;
  readonly rejectedReason: string;
  readonly components: readonly TemplateComponent[];
}

/** Meta's event is the status, but for what comes back. */
export function statusChange(template: ChangedTemplate, before: string): Change {
  const { status, category, rejectedReason } = template;
  const isReinstated = status === 'APPROVED' && before === 'DISABLED';
  const title = PAUSE_TITLES[status] ?? (status === 'APPROVED' && before === 'PAUSED' ? 'UNPAUSE' : undefined);
  const value = {
    event: isReinstated ? 'REINSTATED' : status,
    ...nameOf(template),
    reason: rejectedReason === 'NONE' && status !== 'APPROVED' ? null : rejectedReason,
    message_template_category: category,
    ...(title !== undefined && { other_info: { title, description: 'Set in the stand-in.' } }),
  };
  return { field: 'message_template_status_update', value };
}

export function qualityChange(template: ChangedTemplate, before: string): Change {
  const value = {
    previous_quality_score: before,
    new_quality_score: template.qualityScore,
    ...nameOf(template),
  };
  return { field: 'message_template_quality_update', value };
}

export function categoryChange(template: ChangedTemplate, before: string): Change {
  const value = { ...nameOf(template), previous_category: before, new_category: template.category };
  return { field: 'template_category_update', value };
}

/** Alone among these it writes the language with an underscore. */
export function componentsChange(template: ChangedTemplate): Change {
  const textOf = (type: string) => template.components.find((component) => component.type.toUpperCase() === type)?.text;
  const value = {
    ...nameOf(template),
    message_template_language: template.language,
    message_template_title: textOf('HEADER'),
    message_template_element: textOf('BODY'),
    message_template_footer: textOf('FOOTER'),
  };
  return { field: 'message_template_components_update', value };
}

const PAUSE_TITLES: Readonly<Record<string, string>> = { PAUSED: 'FIRST_PAUSE', DISABLED: 'DISABLED' };

/** The id is a number here, whereas the API returns it as a string, and the language has a hyphen. */
const nameOf = ({ id, name, language }: ChangedTemplate) => ({
  message_template_id: Number(id),
  message_template_name: name,
  message_template_language: language.replace('_', '-'),
});
