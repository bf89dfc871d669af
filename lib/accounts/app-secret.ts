/** An app's secret, or several while one takes the place of another: the first signs requests, all verify webhooks. */
export type AppSecret = string | readonly string[];

/** The secrets that were given, the one that signs first. */
export const appSecretsOf = (given: AppSecret | undefined): readonly string[] =>
  given === undefined ? [] : [given].flat();

/** Whether a value can be an app secret, or a list of them: with an empty one anybody could sign. */
export function isAppSecret(given: unknown): boolean {
  const secrets: readonly unknown[] = Array.isArray(given) ? given : [given];
  return secrets.every((secret) => typeof secret === 'string' && /^[\x21-\x7e]+$/.test(secret));
}

/** How to mend what is none. */
export const APP_SECRET_RULE =
  'must be the app’s secret as the App Dashboard of Meta shows it, or a list of secrets; leave it out when there is none.';
