import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { ConfigurationError } from '../../errors.js';
import { mayPassAt, reactionTo } from '../../graph/error-catalogue.js';
import type { FailedOutcome } from '../../graph/graph-outcome.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { MetaUnreachableError } from '../../graph/meta-outcome.errors.js';
import { reactTo, type Stop } from '../../graph/reactions.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { failureOf } from '../../messages/message-failure.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { BulkLifecycle } from '../lifecycle.js';
import { TemplatePauses } from '../template-pauses.js';
import { type MessageOutcome, RetryUntilStored } from './outcome-writer.js';
import type { SendableBulkSend } from './sendable-bulk-sends.js';

/** What is known about a call when it fails. */
export interface CallCircumstances {
  /** Tries of this message that Meta refused before for a reason that may pass. */
  readonly retries: number;
  /** Whether the business portfolio's messaging limit is used up, by this module's own count. */
  readonly limitUsedUp: boolean;
  readonly now: Date;
}

/** What follows from a call: for its message, and what else has to stop. */
export interface CallReaction {
  readonly outcome: MessageOutcome;
  readonly stop?: Stop;
}

/** What follows from a call that failed. */
export function reactionToCall({ kind, error }: FailedOutcome, circumstances: CallCircumstances): CallReaction {
  if (kind === 'unknown') return { outcome: { kind: 'unknown' } };
  if (kind === 'refused') return reactionToRefusal(error, circumstances);
  // The gate that every call passes keeps the next ones back, where Meta is away.
  if (error instanceof MetaUnreachableError) return { outcome: RETRY };
  if (error instanceof ConfigurationError) {
    // Every message would fail with it: the bulk send is paused until the configuration is fixed.
    const { code, message } = error;
    return { outcome: RETRY, stop: { kind: 'pause-bulk-send', reason: { code, message } } };
  }
  // Values that no longer fit the template, say.
  return { outcome: failed(error, circumstances) };
}

const RETRY: MessageOutcome = { kind: 'retry', at: null, counts: false };

function reactionToRefusal(error: MetaApiError, circumstances: CallCircumstances): CallReaction {
  const { metaCode: code, metaMessage: message, meaning, retryAfter } = error;
  // What else is known about the call is in the error already.
  const { reaction, retries } = circumstances.limitUsedUp ? reactionTo(code, { limitUsedUp: true }) : error;
  const { retry, stop } = reactTo({ code, message, meaning, retryAfter, reaction, retries }, circumstances);
  return { outcome: retry ? { kind: 'retry', ...retry } : failed(error, circumstances), ...(stop && { stop }) };
}

const failed = (error: unknown, { now }: CallCircumstances): MessageOutcome => ({
  kind: 'failed',
  failure: failureOf(error),
  at: now,
  mayPassAt: error instanceof MetaApiError ? mayPassAt(error, now) : null,
});

/** How long a bulk send waits when Meta says that the messaging limit is used up, and it is not known until when. */
const LIMIT_WAIT_MS = 60 * 60 * 1_000;

/** Stops what a refused call showed to be useless: for the number, the account, the template or the bulk send. */
@Injectable()
export class CallReactions {
  readonly #applying = new Map<string, Promise<boolean>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly pauses: SendingPauses,
    private readonly templatePauses: TemplatePauses,
    private readonly messagingLimits: MessagingLimits,
    private readonly retryUntilStored: RetryUntilStored,
    private readonly lifecycle: BulkLifecycle,
  ) {}

  /** Messages in flight meet the same error together: what it stops is written once for all of them. */
  async apply(stop: Stop, state: SendableBulkSend): Promise<void> {
    const isEndless = 'until' in stop && stop.until === null;
    const key = `${stop.kind} ${String(isEndless)} ${state.bulkSend.id}`;
    const applying = this.#applying.get(key);
    if (applying) {
      await applying;
      return;
    }
    const applied =
      stop.kind === 'slow-number' ? this.#slowDown(state) : this.retryUntilStored.run(() => this.#apply(stop, state));
    this.#applying.set(key, applied);
    try {
      await applied;
    } finally {
      this.#applying.delete(key);
    }
  }

  /** With Redis away nothing is sent anyway; the outcome of a message must not wait for it. */
  async #slowDown({ number }: SendableBulkSend): Promise<boolean> {
    try {
      await this.pacer.slowDown(number);
      return true;
    } catch (error) {
      this.logger.warn(`Phone number ${number.phoneNumberId} could not be slowed down: ${String(error)}`);
      return false;
    }
  }

  async #apply(stop: Exclude<Stop, { kind: 'slow-number' }>, state: SendableBulkSend): Promise<void> {
    const { bulkSend, phoneNumber, portfolio } = state;
    const { reason } = stop;
    switch (stop.kind) {
      case 'pause-number': {
        const subjectId = phoneNumber.phoneNumberId;
        return this.pauses.pause({ scope: 'number', subjectId, ...reason, until: stop.until });
      }
      case 'pause-account': {
        const subjectId = phoneNumber.account.businessAccountId;
        return this.pauses.pause({ scope: 'account', subjectId, ...reason, until: stop.until });
      }
      case 'pause-template':
        return this.templatePauses.pauseOne(bulkSend, reason);
      case 'pause-bulk-send':
        return this.lifecycle.pauseOnError(bulkSend.id, reason.message);
      case 'defer-bulk-send':
        return this.lifecycle.deferForTemplate(bulkSend.id, stop.until, reason.message);
      case 'defer-for-limit': {
        const wait = (await this.messagingLimits.estimateDelay(portfolio, 1)) || LIMIT_WAIT_MS;
        return this.lifecycle.deferForLimit(bulkSend.id, new Date(Date.now() + wait), reason.message);
      }
    }
  }
}
