import { isJsonObject } from './json.js';

/** One of Meta's error objects, from the `error` of an answer or the `errors` of a webhook. */
export interface MetaErrorBody {
  readonly code: number;
  readonly subcode?: number | undefined;
  readonly message: string;
  /** `error_data.details`: the only text besides the code that Meta promises to keep. */
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

/**
 * What to do about one of Meta's errors.
 *
 * - `RETRY`: try the message again, later each time, a limited number of times.
 * - `PAIR`: put off this recipient alone (4^n seconds); the others go on.
 * - `PHONE_SLOW`: slow the sending phone number down, and try the message again.
 * - `API_SLOW`: slow every call of this app to this business account down; Meta may say for how long.
 * - `PAUSE_PHONE`: stop all sends of the phone number until an operator or a health check clears it.
 * - `PAUSE_WABA`: stop all sends of the business account.
 * - `WAIT_TIER`: no new recipients outside the service window until the rolling messaging limit frees.
 * - `FAIL_RCPT`: the recipient cannot be reached; do not try again.
 * - `FAIL_RCPT_MKT`: the recipient takes no marketing from this business.
 * - `DEFER_24H`: no further try before 24 hours have passed.
 * - `NEED_TEMPLATE`: the service window is closed; only a template can go.
 * - `DEFER_CAMPAIGN`: no recipient of this template or bulk send can be sent to before a time.
 * - `PAUSE_CAMPAIGN`: every recipient of this template or bulk send would fail.
 * - `FAIL_MSG`: this message is wrong as it is; do not try again.
 * - `AUTH`: stop everything that uses the credential, and alert an operator.
 * - `OPERATOR`: no send is affected, but a person has to act.
 * - `INFO`: nothing has to be done.
 *
 * @publicApi
 */
export type MetaReaction =
  | 'RETRY'
  | 'PAIR'
  | 'PHONE_SLOW'
  | 'API_SLOW'
  | 'PAUSE_PHONE'
  | 'PAUSE_WABA'
  | 'WAIT_TIER'
  | 'FAIL_RCPT'
  | 'FAIL_RCPT_MKT'
  | 'DEFER_24H'
  | 'NEED_TEMPLATE'
  | 'DEFER_CAMPAIGN'
  | 'PAUSE_CAMPAIGN'
  | 'FAIL_MSG'
  | 'AUTH'
  | 'OPERATOR'
  | 'INFO';

/**
 * What an error is about: what has to be mended, or stopped, before the same thing can work.
 *
 * @publicApi
 */
export type MetaErrorScope = 'message' | 'recipient' | 'template' | 'number' | 'account' | 'token' | 'app';

/**
 * The edges of a phone number that send templates.
 *
 * @publicApi
 */
export type SendEndpoint = 'messages' | 'marketing_messages';

/**
 * That Meta refused a message because it goes by the other endpoint: sent once more, there, it may be taken.
 *
 * @publicApi
 */
export interface MetaReroute {
  /** The endpoint, as Meta names it. */
  readonly to: SendEndpoint;
  /** Not where the sender wants the Marketing Messages API or nothing (`product_policy` `STRICT`). */
  readonly unlessStrict?: true;
}

/** A circumstance in which an error means something else than usually. */
export type MetaErrorCase =
  | 'adSync'
  | 'marketingMessages'
  | 'asynchronous'
  | 'linkedMedia'
  | 'recipientValue'
  | 'repeated'
  | 'limitUsedUp'
  | 'unitedStatesRecipient';

/** An error of Meta's in one circumstance; what it leaves out is as in the entry it belongs to. */
interface MetaErrorCaseEntry extends Partial<MetaErrorRule> {
  readonly when: MetaErrorCase;
  readonly reaction: MetaReaction;
}

/**
 * An error of Meta's, as the catalogue keeps it.
 *
 * @publicApi
 */
export interface MetaErrorEntry {
  /** What the module does about it. */
  readonly reaction: MetaReaction;
  /** What it is about. */
  readonly scope: MetaErrorScope;
  /** A sentence for people. */
  readonly meaning: string;
  /** Tries after the first one before the message fails; absent: as many as the sender's own rule allows. */
  readonly retries?: number;
  /** Seconds before another try can succeed. */
  readonly retryAfter?: number;
  /** Whether the same request can succeed later; absent: as its reaction says. */
  readonly transient?: boolean;
  /** The endpoint that takes the message, where that is another one. */
  readonly reroute?: MetaReroute;
  /** Circumstances with a rule of their own; the first that applies holds. */
  readonly cases?: readonly MetaErrorCaseEntry[];
}

/**
 * What the catalogue says about an error in the circumstances it came in.
 *
 * @publicApi
 */
export interface MetaErrorRule {
  /** What the module does about it. */
  readonly reaction: MetaReaction;
  /** What it is about. */
  readonly scope: MetaErrorScope;
  /** A sentence for people. */
  readonly meaning: string;
  /** Whether the same request can succeed later, by itself or when someone has mended the cause. */
  readonly transient: boolean;
  /** Tries after the first one before the message fails; absent: as many as the sender's own rule allows. */
  readonly retries?: number;
  /** Seconds before another try can succeed. */
  readonly retryAfter?: number;
  /** The endpoint that takes the message, where that is another one. */
  readonly reroute?: MetaReroute;
}

/**
 * Errors by Meta's code.
 *
 * @publicApi
 */
export type MetaErrorTable = Readonly<Record<number, MetaErrorEntry>>;

/** An error that Meta gives a run of codes to. */
export interface MetaErrorRange extends MetaErrorEntry {
  /** First and last code, both included. */
  readonly codes: readonly [first: number, last: number];
}
