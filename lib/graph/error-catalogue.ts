import { graphErrorRanges, graphErrors } from './error-catalogue/graph-errors.js';
import { managementErrorRanges, managementErrors } from './error-catalogue/management-errors.js';
import { sendingErrorRanges, sendingErrors } from './error-catalogue/sending-errors.js';
import { templateErrors, templateSubcodes } from './error-catalogue/template-errors.js';
import type {
  MetaErrorCase,
  MetaErrorEntry,
  MetaErrorRange,
  MetaErrorRule,
  MetaErrorTable,
  MetaReaction,
  SendEndpoint,
} from './meta-error-body.js';

/**
 * Every error code of Meta's that this module knows, with what to do about it.
 *
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
 * @publicApi
 */
export const errorCatalogue: MetaErrorTable = {
  ...graphErrors,
  ...sendingErrors,
  ...templateErrors,
  ...templateSubcodes,
  ...managementErrors,
};

/** Errors that Meta gives a run of codes to; a code with an entry of its own is not looked for here. */
export const errorCatalogueRanges: readonly MetaErrorRange[] = [
  ...graphErrorRanges,
  ...sendingErrorRanges,
  ...managementErrorRanges,
];

/** What is known about the way an error came in. Meta's codes mean different things in different circumstances. */
export interface MetaErrorCircumstances {
  readonly subcode?: number | undefined;
  /** `error_data.details` of the error. */
  readonly details?: string | undefined;
  /** Meta's own word, which counts where nothing else is known of the code. */
  readonly isTransient?: boolean | undefined;
  readonly httpStatus?: number | undefined;
  /** The message has media that Meta fetches by their link. */
  readonly linkedMedia?: boolean | undefined;
  /** A webhook reported it, after Meta had accepted the message. */
  readonly asynchronous?: boolean | undefined;
  /** Many messages of one bulk send failed with it. */
  readonly repeated?: boolean | undefined;
  /** The account's messaging limit of the last 24 hours was used up, by this module's own count. */
  readonly limitUsedUp?: boolean | undefined;
  /** The endpoint that the message was sent to. */
  readonly endpoint?: SendEndpoint | undefined;
  /** The recipient is a number of the United States. */
  readonly unitedStatesRecipient?: boolean | undefined;
}

const UNKNOWN_ERROR: MetaErrorEntry = {
  reaction: 'FAIL_MSG',
  scope: 'message',
  meaning: "Meta answered with an error that this module does not know; see Meta's own text.",
};

const UNKNOWN_TRANSIENT: MetaErrorEntry = {
  reaction: 'RETRY',
  scope: 'message',
  retries: 3,
  meaning: 'Meta answered with an error that may pass and that this module does not know; see Meta’s own text.',
};

const BARE_THROTTLE: MetaErrorEntry = {
  reaction: 'API_SLOW',
  scope: 'app',
  meaning: 'Meta, or a proxy before it, asks to slow down and names no error.',
};

const TRANSIENT: ReadonlySet<MetaReaction> = new Set<MetaReaction>([
  'RETRY',
  'PAIR',
  'PHONE_SLOW',
  'API_SLOW',
  'PAUSE_PHONE',
  'PAUSE_WABA',
  'WAIT_TIER',
  'DEFER_24H',
  'DEFER_CAMPAIGN',
  'PAUSE_CAMPAIGN',
  'AUTH',
]);

// "to" alone is an English word; only where it is named as a parameter does it mean the recipient.
const RECIPIENT_VALUE =
  /['"`[]to['"`\]]|\bto\s*[:=]|[:=]\s*to$|\b(?:parameter|param|field)\s+to$|\brecipient (?:phone )?number\b/i;

/** By the Marketing Messages API, of a template that it has not taken over yet. */
const AD_SYNC = /\bsync/i;

/** Whether the catalogue has an entry for this code, alone or in a range. */
export function isKnownErrorCode(code: number): boolean {
  return findEntry(code) !== undefined;
}

/**
 * What to do about an error of Meta's. An unknown code fails the message and is not tried again, unless Meta calls it
 * transient or a fault of its own (HTTP 5xx).
 *
 * @param code Meta's `code`, from a response or a webhook; null for a bare HTTP 429, which carries none
 * @publicApi
 */
export function reactionTo(code: number | null, circumstances: MetaErrorCircumstances = {}): MetaErrorRule {
  const entry = code === null ? BARE_THROTTLE : (findEntry(code, circumstances.subcode) ?? unknownError(circumstances));
  const special = entry.cases?.find(({ when }) => applies(when, circumstances));
  return special
    ? ruleOf({ ...entry, transient: undefined, retryAfter: undefined, reroute: undefined, ...special })
    : ruleOf(entry);
}

const unknownError = ({ isTransient = false, httpStatus = 0 }: MetaErrorCircumstances): MetaErrorEntry =>
  isTransient || httpStatus >= 500 ? UNKNOWN_TRANSIENT : UNKNOWN_ERROR;

/** Reactions after which the same message may be taken later, when a person asks for another try. */
const MAY_PASS: ReadonlySet<MetaReaction> = new Set<MetaReaction>([
  'RETRY',
  'PAIR',
  'DEFER_24H',
  'PHONE_SLOW',
  'API_SLOW',
  'WAIT_TIER',
  'DEFER_CAMPAIGN',
]);

/** When a message that failed with an error may be tried again, at a person's request; null if it has to be changed first. */
export function mayPassAt({ reaction, retryAfter }: Pick<MetaErrorRule, 'reaction' | 'retryAfter'>, failedAt: Date) {
  if (!MAY_PASS.has(reaction)) return null;
  return new Date(failedAt.getTime() + (retryAfter ?? 0) * 1_000);
}

function ruleOf({ reaction, scope, meaning, transient, retries, retryAfter, reroute }: MetaErrorEntry): MetaErrorRule {
  return {
    reaction,
    scope,
    meaning,
    transient: transient ?? TRANSIENT.has(reaction),
    ...(retries !== undefined && { retries }),
    ...(retryAfter !== undefined && { retryAfter }),
    ...(reroute !== undefined && { reroute }),
  };
}

function findEntry(code: number, subcode?: number): MetaErrorEntry | undefined {
  // Meta gave subcodes up for messages; for templates they are the only way to distinguish refusals.
  const bySubcode = subcode === undefined ? undefined : (templateSubcodes[subcode] ?? managementErrors[subcode]);
  if (bySubcode && (code === 100 || !errorCatalogue[code])) return bySubcode;
  return errorCatalogue[code] ?? errorCatalogueRanges.find(({ codes: [first, last] }) => first <= code && code <= last);
}

function applies(when: MetaErrorCase, circumstances: MetaErrorCircumstances): boolean {
  if (when === 'recipientValue') return RECIPIENT_VALUE.test(circumstances.details ?? '');
  if (when === 'marketingMessages') return circumstances.endpoint === 'marketing_messages';
  if (when === 'adSync')
    return applies('marketingMessages', circumstances) && AD_SYNC.test(circumstances.details ?? '');
  return circumstances[when] === true;
}
