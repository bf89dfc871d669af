/**
 * What an API key may be allowed to do.
 *
 * @publicApi
 */
export const API_KEY_ABILITIES = [
  'messages.send',
  'messages.read',
  'templates.read',
  'templates.create',
  'templates.update',
  'templates.delete',
  'accounts.read',
  'webhooks.read',
  'webhooks.update',
  'contacts.read',
  'contacts.create',
  'contacts.update',
  'contacts.delete',
  'groups.read',
  'groups.create',
  'groups.update',
  'groups.delete',
  'statuses.read',
  'statuses.create',
  'statuses.update',
  'statuses.delete',
  'sources.read',
  'sources.create',
  'sources.update',
  'sources.delete',
] as const;

/**
 * One of `API_KEY_ABILITIES`, or `*` for all of them, also those that come later.
 *
 * @publicApi
 */
export type ApiKeyAbility = (typeof API_KEY_ABILITIES)[number] | '*';

export function isAbility(value: unknown): value is ApiKeyAbility {
  return value === '*' || API_KEY_ABILITIES.some((ability) => ability === value);
}

export function hasAbility(granted: readonly ApiKeyAbility[], needed: ApiKeyAbility): boolean {
  return granted.includes('*') || granted.includes(needed);
}
