import { type BeforeApplicationShutdown, Inject, Injectable, type LoggerService } from '@nestjs/common';
import type { FailedOutcome } from '../graph/graph-outcome.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { type PacedNumber, PACER, type Pacer } from '../pacing/pacer.js';
import { MarketingOnboarding } from '../accounts/marketing-onboarding.js';
import { rerouteAfter } from './marketing-routes.js';
import { MessageEntity } from './message.entity.js';
import { errorForCaller, failureOf } from './message-failure.js';
import { CallGate, type CallPermit } from './call-gate.js';
import { type Acceptance, MessageCall, type MessageContent, type SendOutcome } from './message-call.js';
import { MessageRepository, type NewMessage } from './message-repository.js';
import { SendOutcomeUnknownError } from './messages.errors.js';
import type { Portfolio } from './portfolio.js';
import { OutdatedTemplates } from '../templates/outdated-templates.js';
import { MessagingLimits } from './messaging-limits.js';

/** Milliseconds that a single message waits for its slot. After that, or with Redis away, Meta may decide. */
const PACE_WAIT_MS = 2_000;

/** Keeps single messages within their number's throughput, ahead of bulk messages: a login code waits for no campaign. */
@Injectable()
export class SinglePace {
  constructor(
    @Inject(PACER) private readonly pacer: Pacer,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
  ) {}

  async slot(number: PacedNumber): Promise<void> {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PACE_WAIT_MS);
    // Only its own signal ends the wait.
    await this.pacer.single(number, patience.signal).catch(() => undefined);
    clearTimeout(timer);
  }

  /** Meta found the number too fast: bulk messages, too, go slower for a while. */
  async refused(number: PacedNumber, { kind, error }: FailedOutcome): Promise<void> {
    if (kind !== 'refused' || error.reaction !== 'PHONE_SLOW' || error.retryAfter !== undefined) return;
    try {
      await this.pacer.slowDown(number);
    } catch (slowError) {
      this.logger.warn(`Phone number ${number.phoneNumberId} could not be slowed down: ${String(slowError)}`);
    }
  }
}

/** A message that was checked: its row, and what to send. */
export interface PreparedMessage extends MessageContent {
  readonly message: NewMessage;
  /** The number that sends, with its throughput. */
  readonly number: PacedNumber;
  /** Whose messaging limit it may count against; none for what can be sent inside the service window only. */
  readonly portfolio?: Portfolio;
}

/** Milliseconds that a message waits while those under way are not answered. */
const LONGEST_WAIT_MS = 5_000;

type SentMessage = MessageEntity & { readonly sentAt: Date };

/** Calls Meta for one message and stores its outcome. */
@Injectable()
export class MessageSender implements BeforeApplicationShutdown {
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly store: MessageRepository,
    private readonly gate: CallGate,
    private readonly messageCall: MessageCall,
    private readonly pace: SinglePace,
    private readonly messagingLimits: MessagingLimits,
    private readonly outdatedTemplates: OutdatedTemplates,
    private readonly onboarding: MarketingOnboarding,
  ) {}

  /**
   * Sends a row that is `sending`.
   * @returns the row after Meta accepted it
   * @throws MetaApiError, RateLimitedError, MetaUnreachableError: it was not sent
   * @throws SendOutcomeUnknownError: no one knows
   */
  async send(row: MessageEntity, prepared: PreparedMessage): Promise<MessageEntity> {
    const send = this.#send(row, prepared);
    this.#underWay.add(send);
    try {
      return await send;
    } finally {
      this.#underWay.delete(send);
    }
  }

  /** While connections to Meta and database are still open, lets calls that are on their way end and be written down. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  async #send(row: MessageEntity, prepared: PreparedMessage): Promise<MessageEntity> {
    const outcome = await this.#call(row, prepared);
    if (outcome.kind !== 'answered') {
      await this.#recordFailure(row, outcome);
      this.#note(outcome.error, row, prepared);
      await this.pace.refused(prepared.number, outcome);
      throw errorForCaller(row, outcome);
    }
    const sent = await this.#recordSent(row, outcome.answer);
    if (prepared.portfolio) await this.#count(sent, prepared.portfolio);
    return sent;
  }

  async #call(row: MessageEntity, prepared: PreparedMessage): Promise<SendOutcome> {
    let permit: CallPermit;
    try {
      permit = await this.gate.enter(prepared.number, 'single', { most: LONGEST_WAIT_MS });
    } catch (error) {
      return { kind: 'notSent', error };
    }
    const outcome = await this.#make(row, prepared);
    const other = rerouteAfter(outcome, prepared.route);
    if (other && outcome.kind === 'refused') this.#note(outcome.error, row, prepared);
    const last = other ? await this.#make(row, { ...prepared, route: other }) : outcome;
    await permit.settle(last);
    return last;
  }

  /** One call, in a slot of its own. */
  async #make(row: MessageEntity, prepared: PreparedMessage): Promise<SendOutcome> {
    await this.pace.slot(prepared.number);
    // A process that was frozen past the row's time must not call: by now others hold the row for unconfirmed.
    return this.messageCall.make(row, prepared, row.lapsesAt ?? undefined);
  }

  /** What Meta refused it for may show that what is stored of template or account is out of date. */
  #note(error: unknown, { templateName: name }: MessageEntity, { credential: { businessAccountId } }: PreparedMessage) {
    this.outdatedTemplates.note(error, { name, businessAccountId });
    this.onboarding.note(error, businessAccountId);
  }

  async #recordFailure(row: MessageEntity, { kind, error }: FailedOutcome): Promise<void> {
    try {
      if (kind === 'unknown') return await this.store.recordUnconfirmed(row.id);
      const releaseKey = kind === 'notSent' || error.isTransient;
      await this.store.recordFailed(row.id, failureOf(error), { releaseKey });
    } catch (storeError) {
      // The caller gets the outcome all the same; the row expires to `unconfirmed`.
      this.logger.error(`Failed to store the outcome of message ${row.id}: ${String(storeError)}`);
    }
  }

  async #recordSent(row: MessageEntity, acceptance: Acceptance): Promise<SentMessage> {
    const sentAt = new Date();
    try {
      await this.store.recordSent(row, acceptance, sentAt);
    } catch (error) {
      // It was sent, and saying otherwise would make someone send it again; the row expires to `unconfirmed`.
      this.logger.error(
        `Message ${row.id} was sent as ${acceptance.wamid}, but that could not be stored: ${String(error)}`,
      );
      throw new SendOutcomeUnknownError(row.id, { cause: error });
    }
    return Object.assign(row, acceptance, { status: 'sent' as const, sentAt, lapsesAt: null });
  }

  async #count(sent: SentMessage, portfolio: Portfolio): Promise<void> {
    try {
      await this.messagingLimits.countMessage(portfolio, sent, sent.sentAt);
    } catch (error) {
      // It was sent all the same.
      this.logger.warn(`The recipient of message ${sent.id} could not be counted: ${String(error)}`);
    }
  }
}
