import { ConfigurationError, WhatsAppError } from '../../errors.js';
import { mayPassAt, reactionTo } from '../../graph/error-catalogue.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import type { FailedOutcome } from '../../graph/graph-outcome.js';
import { MetaUnreachableError } from '../../graph/meta-outcome.errors.js';
import { failureOf } from '../../messages/message-failure.js';
import { MOST_PAIR_TRIES, MOST_TRIES, pairDelay, retryDelay } from './back-off.js';
import type { HoldReason, MessageOutcome, Reaction } from './message-outcome.js';

/** In what the call was made. */
export interface CallCircumstances {
  /** Tries of this message that Meta refused before for a reason that may pass. */
  readonly retries: number;
  /** Whether the business portfolio's messaging limit is used up, by this module's own count. */
  readonly limitUsedUp: boolean;
  readonly now: Date;
}

const SECOND = 1_000;

/** Meta's templates that are paused, disabled, or not there any more. */
export const TEMPLATE_CODES: ReadonlySet<number | null> = new Set([132001, 132015, 132016]);

/** How long the account rests when Meta asks for slower calls and names no time. */
const SLOW_API_REST = 60 * SECOND;

/** What follows from a call that failed. */
export function reactionToCall({ kind, error }: FailedOutcome, circumstances: CallCircumstances): Reaction {
  if (kind === 'unknown') return { outcome: { kind: 'unconfirmed' } };
  if (kind === 'refused') return reactionToRefusal(error, circumstances);
  // The gate that every call passes keeps the next ones back, where Meta is away.
  if (error instanceof MetaUnreachableError) return { outcome: again(null) };
  if (error instanceof ConfigurationError) return reactionToSetup(error);
  // Values that no longer fit the template, say.
  return { outcome: failed(error, circumstances) };
}

/** Every message would fail with it: the bulk send waits until the configuration is fixed. */
const reactionToSetup = (error: ConfigurationError): Reaction => ({
  outcome: again(null),
  hold: { kind: 'pause-bulk-send', hold: reasonOf(error), isTemplate: false },
});

function reactionToRefusal(error: MetaApiError, circumstances: CallCircumstances): Reaction {
  const { retries, limitUsedUp, now } = circumstances;
  // What else is known about the call is in the error already.
  const rule = limitUsedUp ? reactionTo(error.metaCode, { limitUsedUp }) : error;
  const hold = reasonOf(error);
  const rest = error.retryAfter === undefined ? undefined : after(now, error.retryAfter * SECOND);
  switch (rule.reaction) {
    case 'RETRY':
      if (retries + 1 >= mostTries(rule.retries)) return { outcome: failed(error, circumstances) };
      return { outcome: again(rest ?? after(now, retryDelay(retries)), true) };
    case 'PAIR':
      if (retries + 1 >= MOST_PAIR_TRIES) return { outcome: failed(error, circumstances) };
      return { outcome: again(after(now, pairDelay(retries)), true) };
    case 'PHONE_SLOW':
      if (rest) return { outcome: again(null), hold: { kind: 'pause-number', hold, until: rest } };
      return { outcome: again(after(now, SECOND)), hold: { kind: 'slow-number' } };
    case 'API_SLOW':
      return { outcome: again(null), hold: { kind: 'pause-account', hold, until: rest ?? after(now, SLOW_API_REST) } };
    case 'PAUSE_PHONE':
      return { outcome: again(null), hold: { kind: 'pause-number', hold, until: null } };
    case 'PAUSE_WABA':
    case 'AUTH':
      return { outcome: again(null), hold: { kind: 'pause-account', hold, until: null } };
    case 'WAIT_TIER':
      return { outcome: again(null), hold: { kind: 'wait-for-quota', hold } };
    case 'PAUSE_CAMPAIGN':
      return {
        outcome: again(null),
        hold: { kind: 'pause-bulk-send', hold, isTemplate: TEMPLATE_CODES.has(error.metaCode) },
      };
    // FAIL_MSG, FAIL_RCPT, FAIL_RCPT_MKT, NEED_TEMPLATE, DEFER_24H, OPERATOR, INFO
    default:
      return { outcome: failed(error, circumstances) };
  }
}

const mostTries = (retries: number | undefined): number => Math.min(MOST_TRIES, (retries ?? Infinity) + 1);

const again = (at: Date | null, counts = false): MessageOutcome => ({ kind: 'again', at, counts });

const failed = (error: unknown, { now }: CallCircumstances): MessageOutcome => ({
  kind: 'failed',
  failure: failureOf(error),
  at: now,
  mayPassAt: error instanceof MetaApiError ? mayPassAt(error, now) : null,
});

const after = (now: Date, delay: number): Date => new Date(now.getTime() + delay);

function reasonOf(error: WhatsAppError): HoldReason {
  if (!(error instanceof MetaApiError)) return { code: error.code, message: error.message };
  const code = error.metaCode === null ? null : String(error.metaCode);
  return { code, message: `${error.meaning} Meta said: ${error.metaMessage}` };
}
