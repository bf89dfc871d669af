import { isJsonObject } from './json-object.js';

/** One of Meta's error objects, from the `error` of an answer or the `errors` of a webhook. */
export interface MetaErrorBody {
  readonly code: number;
  readonly subcode?: number | undefined;
  readonly message: string;
  /** `error_data.details`: the only text beside the code that Meta promises to keep. */
  readonly details?: string | undefined;
  readonly type?: string | undefined;
  readonly fbtraceId?: string | undefined;
  readonly isTransient: boolean;
  /** Texts that Meta wrote for people. */
  readonly userTitle?: string | undefined;
  readonly userMessage?: string | undefined;
}

/**
 * Reads one of Meta's error objects; undefined when it carries no code, and so is not one. Codes come as strings too,
 * and `error_data` as a text, or as JSON in a text.
 *
 * @param secrets hidden wherever Meta repeats them
 */
export function readMetaError(
  error: unknown,
  secrets: readonly (string | undefined)[] = [],
): MetaErrorBody | undefined {
  if (!isJsonObject(error)) return undefined;
  const code = readCode(error['code']);
  if (code === undefined) return undefined;
  const text = (value: unknown): string | undefined =>
    typeof value === 'string' && value !== '' ? redact(value, secrets) : undefined;
  return {
    code,
    subcode: readCode(error['error_subcode']),
    message: text(error['message']) ?? text(error['title']) ?? 'Meta gave no text.',
    details: text(readDetails(error['error_data'])),
    type: text(error['type']),
    fbtraceId: text(error['fbtrace_id']),
    isTransient: error['is_transient'] === true,
    userTitle: text(error['error_user_title']),
    userMessage: text(error['error_user_msg']),
  };
}

function readCode(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isSafeInteger(code) && code >= 0 ? code : undefined;
}

function readDetails(errorData: unknown): unknown {
  if (typeof errorData !== 'string') return isJsonObject(errorData) ? errorData['details'] : undefined;
  try {
    const parsed: unknown = JSON.parse(errorData);
    return isJsonObject(parsed) ? (parsed['details'] ?? errorData) : errorData;
  } catch {
    return errorData;
  }
}

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
