import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import type { SendingOutageEntity } from '../accounts/sending-outage.entity.js';
import { SENDING_OUTAGE_OPTIONS, type SendingOutageOptions, SendingOutages } from '../accounts/sending-outages.js';
import { messageOf } from '../foreign-errors.js';
import type { GraphOutcome } from '../graph/graph-outcome.js';
import { MetaUnreachableError, type OutcomeUnknownError } from '../graph/meta-outcome.errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { type PacedNumber, PACER, type Pacer } from '../pacing/pacer.js';
import { type CallKind, CallWindow, type Patience } from './call-window.js';
import { MetaUnavailableError } from './messages.errors.js';

/** Calls of Meta that may be under way for one number in this process at most. */
export const MOST_CALLS = Symbol('MOST_CALLS');

/** The longest `Retry-After` in seconds: a trial that is under way may end at any time. */
const LONGEST_RETRY_AFTER = 60;

/** Seconds until a caller may try again when too many calls are under way. */
const NO_ROOM_RETRY_AFTER = 5;

/** The right to make one call; it must be settled or released. */
export interface CallPermit {
  /** The call has ended. Never rejects. */
  settle(outcome: SendOutcome): Promise<void>;
  /** The call is not made. Never rejects. */
  release(): Promise<void>;
}

interface NumberState {
  readonly window: CallWindow;
  /** Unknown outcomes in a row. */
  unknown: number;
}

/**
 * Lets calls for a phone number through as long as Meta answers. Bulk and single messages alike pass here:
 *
 * - the calls under way are bounded by a window that grows with answers and shrinks without;
 * - a proxy's 502, 503 or 504, or a connection that broke, slows the number at once;
 * - a run of unknown outcomes, or a Meta that cannot be reached, pauses the number in all processes. From then on one
 *   message at a time is tried, at growing intervals, until the outcome of one is known.
 */
@Injectable()
export class CallGate {
  readonly #states = new Map<string, NumberState>();

  constructor(
    @Inject(SENDING_OUTAGE_OPTIONS) private readonly options: SendingOutageOptions,
    @Inject(MOST_CALLS) private readonly mostCalls: number,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly outages: SendingOutages,
  ) {}

  /**
   * Waits for the right to make a call.
   * @throws MetaUnavailableError while the number is paused and it is not time for a trial, or no room came in time
   */
  async enter(number: PacedNumber, kind: CallKind, patience: Patience): Promise<CallPermit> {
    const { phoneNumberId } = number;
    const state = this.#stateOf(phoneNumberId);
    // So it is with nearly every message: nothing is waited for.
    if (this.outages.isNoneKnown(phoneNumberId) && state.window.takeNow(kind)) return this.#permit(number, kind, state);
    const outage = await this.#outageOf(phoneNumberId);
    if (outage) {
      const isDue = outage.nextTrialAt <= new Date();
      const trial = isDue ? await this.outages.claimTrial(outage) : undefined;
      if (!trial) throw unavailable(outage);
      state.window.force();
      return this.#permit(number, kind, state, trial);
    }
    if (!(await state.window.take(kind, patience))) {
      throw new MetaUnavailableError(
        `Meta has not answered the ${state.window.underWay} messages that are under way from phone number ${phoneNumberId}.`,
        NO_ROOM_RETRY_AFTER,
      );
    }
    const begun = await this.#outageOf(phoneNumberId);
    if (!begun) return this.#permit(number, kind, state);
    state.window.giveBack();
    throw unavailable(begun);
  }

  /** Waits until bulk messages can be claimed, and plans their calls. @returns how many; 0 where none could in time */
  plan({ phoneNumberId }: PacedNumber, messages: number, patience: Patience): Promise<number> {
    return this.#stateOf(phoneNumberId).window.plan(messages, patience);
  }

  /** Plans the call of a trial, for which there is always room. @returns 1 */
  planTrial({ phoneNumberId }: PacedNumber): number {
    this.#stateOf(phoneNumberId).window.forcePlan(1);
    return 1;
  }

  /** Planned calls have entered, or are not made. */
  unplan({ phoneNumberId }: PacedNumber, messages: number): void {
    this.#stateOf(phoneNumberId).window.unplan(messages);
  }

  #permit(number: PacedNumber, kind: CallKind, state: NumberState, trial?: SendingOutageEntity): CallPermit {
    const { generation } = state.window;
    return {
      settle: async (outcome) => {
        if (outcome.kind === 'answered' && !trial) {
          state.window.answered();
          state.unknown = 0;
          return;
        }
        try {
          if (hasAnswer(outcome)) state.window.answered();
          else if (isAboutMeta(outcome)) state.window.unanswered(generation);
          else state.window.giveBack();
          if (trial) await this.#settleTrial(state, outcome, trial);
          else await this.#settle(number, kind, state, outcome);
        } catch (error) {
          // The outcome of the message is known all the same.
          this.logger.warn(`An outage of phone number ${number.phoneNumberId} could not be stored: ${String(error)}`);
        }
      },
      release: async () => {
        state.window.giveBack();
        // Not given back, it is given up for lost after a while.
        if (trial) await this.outages.giveBack(trial).catch(() => undefined);
      },
    };
  }

  async #settleTrial(state: NumberState, outcome: SendOutcome, trial: SendingOutageEntity): Promise<void> {
    if (hasAnswer(outcome)) {
      state.unknown = 0;
      await this.outages.end(trial.phoneNumberId);
    } else if (isAboutMeta(outcome)) await this.outages.postpone(trial, outcome.kind === 'unknown');
    else await this.outages.giveBack(trial);
  }

  async #settle(number: PacedNumber, kind: CallKind, state: NumberState, outcome: SendOutcome): Promise<void> {
    if (hasAnswer(outcome)) state.unknown = 0;
    if (outcome.kind === 'answered' || !isAboutMeta(outcome)) return;
    state.unknown += 1;
    // A caller that sends to many should run into an unreachable Meta only once.
    const isOut = outcome.kind === 'notSent' && kind === 'bulk';
    if (isOut || state.unknown >= this.options.pauseAfterUnknown) {
      const why = isOut
        ? ''
        : `${state.unknown} messages in a row were not answered, or in a way that cannot be read. `;
      state.unknown = 0;
      await this.outages.begin(number.phoneNumberId, why + messageOf(outcome.error));
    } else if (outcome.kind === 'unknown' && isBroken(outcome.error)) await this.#slowDown(number);
  }

  /** Ignores errors: while Redis is unavailable, nothing is sent anyway. */
  async #slowDown(number: PacedNumber): Promise<void> {
    await this.pacer.slowDown(number).catch(() => undefined);
  }

  /** Ignores errors of the database, because the send itself reports them. */
  #outageOf(phoneNumberId: string): Promise<SendingOutageEntity | null> {
    return this.outages.of(phoneNumberId).catch(() => null);
  }

  #stateOf(phoneNumberId: string): NumberState {
    let state = this.#states.get(phoneNumberId);
    if (!state) {
      state = { window: new CallWindow(this.mostCalls), unknown: 0 };
      this.#states.set(phoneNumberId, state);
    }
    return state;
  }
}

function unavailable({ message, nextTrialAt }: SendingOutageEntity): MetaUnavailableError {
  const seconds = Math.ceil((nextTrialAt.getTime() - Date.now()) / 1_000);
  return new MetaUnavailableError(message, Math.min(LONGEST_RETRY_AFTER, Math.max(1, seconds)));
}

type SendOutcome = GraphOutcome<unknown>;

const hasAnswer = ({ kind }: SendOutcome): boolean => kind === 'answered' || kind === 'refused';

/** A call that was given up here says nothing about Meta. */
const isAboutMeta = (outcome: SendOutcome): boolean =>
  outcome.kind === 'unknown' || (outcome.kind === 'notSent' && isUnreached(outcome.error));

const isUnreached = (error: unknown): boolean =>
  error instanceof MetaUnreachableError && (error.reason === 'connection' || error.reason === 'timeout');

/** A proxy said that Meta is away, or the connection broke. */
const isBroken = ({ reason, httpStatus }: OutcomeUnknownError): boolean =>
  reason === 'connection' || httpStatus === 502 || httpStatus === 503 || httpStatus === 504;
