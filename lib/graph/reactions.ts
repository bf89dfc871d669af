import type { MetaErrorRule } from './meta-error-body.js';

/** An error of Meta's, as a call was refused with it or a failed status reported it. */
export interface ReportedError extends Pick<MetaErrorRule, 'reaction' | 'retries' | 'retryAfter' | 'meaning'> {
  readonly code: number | null;
  /** Meta's own text. */
  readonly message: string;
}

/** Why something is paused, with Meta's code where Meta refused it. */
export interface PauseReason {
  readonly code: string | null;
  readonly message: string;
}

/** What an error stops beyond its own message; an `until` of null has no end of its own. */
export type Stop =
  | { readonly kind: 'slow-number' }
  | { readonly kind: 'pause-number' | 'pause-account'; readonly reason: PauseReason; readonly until: Date | null }
  | { readonly kind: 'pause-template' | 'pause-bulk-send'; readonly reason: PauseReason }
  | { readonly kind: 'defer-bulk-send'; readonly reason: PauseReason; readonly until: Date }
  /** Until the messaging limit has room. */
  | { readonly kind: 'defer-for-limit'; readonly reason: PauseReason };

export interface Reaction {
  /**
   * When the message is tried again, null: as soon as nothing stops it. `counts`: it is one of the tries that a message has.
   * Undefined: the message fails.
   */
  readonly retry?: { readonly at: Date | null; readonly counts: boolean };
  readonly stop?: Stop;
}

/** Tries that a message has when Meta's refusal may pass. */
const MAX_TRIES = 5;

/** Tries against the pair rate: the last wait before giving up is more than an hour. */
const MAX_PAIR_TRIES = 8;

const SECOND = 1_000;

/** Milliseconds that the account is paused when Meta asks for slower calls and names no time. */
const API_PAUSE = 60 * SECOND;

/** Milliseconds that a bulk send waits when Meta takes its template later and names no time. */
const CAMPAIGN_DEFERRAL = 600 * SECOND;

/** Meta's code for "too many", which may mean that the messaging limit is used up. */
export const SPAM_RATE_LIMIT = 131048;

/** The template is paused, disabled, or not there any more. */
const TEMPLATE_CODES: ReadonlySet<number | null> = new Set([132001, 132015, 132016]);

/**
 * What follows from an error of Meta's, for its message and beyond. The only place that decides by reaction.
 * @param retries tries of the message that were refused before for a reason that may pass
 */
export function reactTo(
  error: ReportedError,
  { retries, now }: { readonly retries: number; readonly now: Date },
): Reaction {
  const reason = pauseReasonOf(error);
  const until = error.retryAfter === undefined ? undefined : after(now, error.retryAfter * SECOND);
  switch (error.reaction) {
    case 'RETRY':
      if (retries + 1 >= Math.min(MAX_TRIES, (error.retries ?? Infinity) + 1)) return {};
      return retryAt(until ?? after(now, retryDelay(retries)), true);
    case 'PAIR':
      return retries + 1 >= MAX_PAIR_TRIES ? {} : retryAt(after(now, pairDelay(retries)), true);
    case 'PHONE_SLOW':
      if (until) return stopped({ kind: 'pause-number', reason, until });
      return { ...retryAt(after(now, SECOND)), stop: { kind: 'slow-number' } };
    case 'API_SLOW':
      return stopped({ kind: 'pause-account', reason, until: until ?? after(now, API_PAUSE) });
    case 'PAUSE_PHONE':
      return stopped({ kind: 'pause-number', reason, until: null });
    case 'PAUSE_WABA':
    case 'AUTH':
      return stopped({ kind: 'pause-account', reason, until: null });
    case 'WAIT_TIER':
      return stopped({ kind: 'defer-for-limit', reason });
    case 'DEFER_CAMPAIGN':
      return stopped({ kind: 'defer-bulk-send', reason, until: until ?? after(now, CAMPAIGN_DEFERRAL) });
    case 'PAUSE_CAMPAIGN':
      return stopped({ kind: TEMPLATE_CODES.has(error.code) ? 'pause-template' : 'pause-bulk-send', reason });
    // FAIL_MSG, FAIL_RCPT, FAIL_RCPT_MKT, NEED_TEMPLATE, DEFER_24H, OPERATOR, INFO
    default:
      return {};
  }
}

const retryAt = (at: Date | null, counts = false) => ({ retry: { at, counts } });

const stopped = (stop: Stop): Reaction => ({ ...retryAt(null), stop });

const after = (now: Date, delay: number): Date => new Date(now.getTime() + delay);

const pauseReasonOf = ({ code, meaning, message }: ReportedError): PauseReason => ({
  code: code === null ? null : String(code),
  message: `${meaning} Meta said: ${message}`,
});

/** Milliseconds before a try: 1, 2, 4 … 60 s, each up to half as long again, so that many do not come at once. */
export function retryDelay(triesBefore: number, random: () => number = Math.random): number {
  const seconds = Math.min(60, 2 ** triesBefore);
  return seconds * SECOND * (1 + random() / 2);
}

/**
 * Milliseconds before a try after Meta's pair rate limit: 4^n seconds.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export function pairDelay(triesBefore: number): number {
  return 4 ** triesBefore * SECOND;
}
