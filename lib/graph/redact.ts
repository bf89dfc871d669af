const REDACTED = '[redacted]';

// A run of characters as tokens have them, long enough to give a part of one away.
const TOKEN_RUN = /[\w|-]{12,}/g;

// Shapes of Meta's own: access tokens of users and systems, access tokens of apps, and parameters that carry either.
const TOKEN_SHAPES: readonly RegExp[] = [
  /\bEAA[A-Za-z0-9]{20,}/g,
  /\b\d{8,}\|[\w-]{16,}/g,
  /(?<=\b(?:access_token|appsecret_proof|client_secret|input_token)=)[^&\s"']+/gi,
  /(?<=\bBearer\s)[^\s"',]+/gi,
  /(?<=\bMalformed access token:?\s)\S+/gi,
];

/**
 * Hides secrets in a text that came from elsewhere. Meta quotes a malformed access token in its error message, whole or
 * in part, so parts of a secret, and whatever looks like a token, are hidden as well as the secrets given.
 *
 * @param secrets access token, app secret and what is made of them; empty and absent ones are left out
 */
export function redact(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets.filter((secret): secret is string => secret !== undefined && secret !== '');
  const spellings = known.flatMap((secret) => [
    secret,
    encodeURIComponent(Buffer.from(secret).toString()),
    JSON.stringify(secret).slice(1, -1),
  ]);
  let redacted = text;
  // The longest first: a secret that is part of another must not leave the rest of it behind.
  for (const spelling of spellings.toSorted((one, other) => other.length - one.length)) {
    redacted = redacted.replaceAll(spelling, REDACTED);
  }
  redacted = redacted.replace(TOKEN_RUN, (run) => (known.some((secret) => secret.includes(run)) ? REDACTED : run));
  for (const shape of TOKEN_SHAPES) redacted = redacted.replace(shape, REDACTED);
  return redacted;
}
