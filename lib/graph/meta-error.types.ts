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
 * - `PAUSE_CAMPAIGN`: every recipient of this template or bulk send would fail.
 * - `FAIL_MSG`: this message is wrong as it stands; do not try again.
 * - `AUTH`: stop everything that uses the credential, and tell an operator.
 * - `OPERATOR`: no send is affected, but a person has to act.
 * - `INFO`: nothing has to be done.
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
  | 'PAUSE_CAMPAIGN'
  | 'FAIL_MSG'
  | 'AUTH'
  | 'OPERATOR'
  | 'INFO';

/** What an error is about: what has to be mended, or stopped, before the same thing can work. */
export type MetaErrorScope = 'message' | 'recipient' | 'template' | 'number' | 'account' | 'token' | 'app';

/** A circumstance in which an error means something else than usually. */
export type MetaErrorCase =
  'asynchronous' | 'linkedMedia' | 'recipientValue' | 'repeated' | 'limitUsedUp' | 'unitedStatesRecipient';

/** An error of Meta's in one circumstance; what it leaves out is as in the entry it belongs to. */
export interface MetaErrorCaseEntry extends Partial<MetaErrorRule> {
  readonly when: MetaErrorCase;
  readonly reaction: MetaReaction;
}

/** An error of Meta's, as the catalogue keeps it. */
export interface MetaErrorEntry {
  readonly reaction: MetaReaction;
  readonly scope: MetaErrorScope;
  /** A sentence for people. */
  readonly meaning: string;
  /** Tries after the first one before the message fails; absent: as many as the sender's own rule allows. */
  readonly retries?: number;
  /** Seconds before another try can succeed. */
  readonly retryAfter?: number;
  /** Whether the same request can succeed later; absent: as its reaction says. */
  readonly transient?: boolean;
  /** Circumstances with a rule of their own; the first that applies holds. */
  readonly cases?: readonly MetaErrorCaseEntry[];
}

/** What the catalogue says about an error in the circumstances it came in. */
export interface MetaErrorRule {
  readonly reaction: MetaReaction;
  readonly scope: MetaErrorScope;
  /** A sentence for people. */
  readonly meaning: string;
  /** Whether the same request can succeed later, by itself or when somebody has mended the cause. */
  readonly transient: boolean;
  /** Tries after the first one before the message fails; absent: as many as the sender's own rule allows. */
  readonly retries?: number;
  /** Seconds before another try can succeed. */
  readonly retryAfter?: number;
}

/** Errors by Meta's code. */
export type MetaErrorTable = Readonly<Record<number, MetaErrorEntry>>;

/** An error that Meta gives a run of codes to. */
export interface MetaErrorRange extends MetaErrorEntry {
  /** First and last code, both included. */
  readonly codes: readonly [first: number, last: number];
}
