import { WhatsAppError } from '../errors.js';
import { type MetaErrorCircumstances, reactionTo } from './error-catalogue.js';
import type { GraphUsage } from './graph-usage.js';
import { regainAccessIn } from './graph-usage.js';
import type { MetaErrorBody, MetaErrorScope, MetaReaction, MetaReroute } from './meta-error-body.js';

/** What an answer says besides its error object. */
export interface MetaErrorAnswer {
  readonly httpStatus: number;
  readonly usage?: GraphUsage | undefined;
  /** Seconds, from the header `Retry-After`. */
  readonly retryAfter?: number | undefined;
}

/** A refusal: Meta's error object, or a bare HTTP 429, which carries no code. */
export interface MetaRefusal extends Omit<MetaErrorBody, 'code'> {
  readonly code: number | null;
}

/**
 * Meta refused the request: it was not carried out. No secret is left in any text of it.
 *
 * @publicApi
 */
export class MetaApiError extends WhatsAppError {
  /** Meta's `code`; null for a bare HTTP 429, which carries none. */
  readonly metaCode: number | null;
  /** Meta's `error_subcode`: retired for messages, still the only way to distinguish refusals of templates. */
  readonly subcode: number | undefined;
  /** Meta's own message, as it came. */
  readonly metaMessage: string;
  /** `error_data.details`. */
  readonly details: string | undefined;
  /** Meta's class of the error, such as `OAuthException`. */
  readonly type: string | undefined;
  /** Meta's support asks for it. */
  readonly fbtraceId: string | undefined;
  /** HTTP status of Meta's answer. */
  readonly httpStatus: number;
  /** Whether the same request can succeed later, by Meta's word or the catalogue's. */
  readonly isTransient: boolean;
  /** What the module does about the error. */
  readonly reaction: MetaReaction;
  /** The endpoint that takes the message, where Meta refused it for going to the other one. */
  readonly reroute: MetaReroute | undefined;
  /** What the error is about, such as one message, a phone number or an account. */
  readonly scope: MetaErrorScope;
  /** What the error means, in a sentence for people. */
  readonly meaning: string;
  /** Tries after the first one before the message fails; undefined: as many as the sender's own rule allows. */
  readonly retries: number | undefined;
  /** Seconds before another try can succeed. */
  readonly retryAfter: number | undefined;
  /** Title and text that Meta wrote for people. */
  readonly userTitle: string | undefined;
  /** The text that goes with the title; undefined where Meta wrote none. */
  readonly userMessage: string | undefined;
  /** How much of Meta's rate limits was used up by then. */
  readonly usage: GraphUsage | undefined;

  constructor(error: MetaRefusal, answer: MetaErrorAnswer, circumstances: MetaErrorCircumstances = {}) {
    const details = error.details === undefined ? '' : ` (${error.details})`;
    const code = error.code === null ? '' : ` with code ${error.code}`;
    super('META_ERROR', `Meta refused the request${code}: ${error.message}${details}`);
    const rule = reactionTo(error.code, { ...circumstances, ...error, httpStatus: answer.httpStatus });
    this.metaCode = error.code;
    this.subcode = error.subcode;
    this.metaMessage = error.message;
    this.details = error.details;
    this.type = error.type;
    this.fbtraceId = error.fbtraceId;
    this.httpStatus = answer.httpStatus;
    this.isTransient = error.isTransient || rule.transient;
    this.reaction = rule.reaction;
    this.scope = rule.scope;
    this.meaning = rule.meaning;
    this.retries = rule.retries;
    this.reroute = rule.reroute;
    this.retryAfter = retryAfterOf(rule.reaction, rule.retryAfter, answer);
    this.userTitle = error.userTitle;
    this.userMessage = error.userMessage;
    this.usage = answer.usage;
  }
}

function retryAfterOf(reaction: MetaReaction, known: number | undefined, answer: MetaErrorAnswer): number | undefined {
  const regainedIn = reaction === 'API_SLOW' ? regainAccessIn(answer.usage) : undefined;
  return regainedIn ?? known ?? answer.retryAfter;
}

/** Seconds to wait where Meta names no time: a pair of numbers may exchange a message every 6 seconds. */
const SECONDS: Partial<Record<MetaReaction, number>> = { PHONE_SLOW: 1, PAIR: 6, API_SLOW: 60, DEFER_CAMPAIGN: 600 };

/** Seconds before another try, when an error is one of Meta's rate limits; undefined when it is another. */
export function rateLimitOf(error: MetaApiError): number | undefined {
  const seconds = SECONDS[error.reaction];
  return seconds === undefined ? undefined : (error.retryAfter ?? seconds);
}
