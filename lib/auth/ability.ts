/** What an API key may be allowed to do. */
export const ABILITIES = [
  'messages.send',
  'messages.read',
  'templates.read',
  'accounts.read',
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

/** One of `ABILITIES`, or `*` for all of them, also those that come later. */
export type Ability = (typeof ABILITIES)[number] | '*';

export function isAbility(value: unknown): value is Ability {
  return value === '*' || ABILITIES.some((ability) => ability === value);
}

export function hasAbility(granted: readonly Ability[], needed: Ability): boolean {
  return granted.includes('*') || granted.includes(needed);
}
