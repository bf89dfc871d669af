import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { MarketingOnboarding } from '../../accounts/marketing-onboarding.js';
import type { FailedOutcome } from '../../graph/graph-outcome.js';
import { SPAM_RATE_LIMIT, type Stop } from '../../graph/reactions.js';
import type { ReservedRecipients } from '../../messages/limit-entries.js';
import { CallGate, type CallPermit } from '../../messages/call-gate.js';
import { MessageCall, type MessageContent, type SendOutcome } from '../../messages/message-call.js';
import { rerouteAfter, type SendRoute } from '../../messages/marketing-routes.js';
import { PendingContents } from '../../messages/pending-content.js';
import type { Portfolio } from '../../messages/portfolio.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { recipientOf } from '../../messages/recipient.js';
import { templateContent } from '../../messages/template-messages.js';
import { PACER, type Pacer } from '../../pacing/pacer.js';
import { ThisProcess } from '../../process/this-process.js';
import { OutdatedTemplates } from '../../templates/outdated-templates.js';
import { BULK_OPTIONS, type BulkOptions } from '../bulk.options.js';
import { CallReactions, reactionToCall } from './call-reactions.js';
import { type MessageOutcome, OutcomeWriter } from './outcome-writer.js';
import type { PendingMessage } from './pending-messages.js';
import { type SendableBulkSend, SendableBulkSends } from './sendable-bulk-sends.js';

/** A slot that is missed by more milliseconds than this belongs to another message: a new one is requested. */
const MAX_LATE_MS = 20;

/** Milliseconds that a message may be claimed without a slot. */
const MAX_WAIT_MS = 1_000;

/** Messages that are claimed, each with its slot. */
export interface Slice {
  readonly messages: readonly PendingMessage[];
  /** By `performance.now()`, one a message. */
  readonly slots: readonly number[];
  readonly state: SendableBulkSend;
  readonly reservation: LimitReservation;
  /** Sends no more of it; what was not sent by then is pending again. */
  readonly signal: AbortSignal;
}

export const NOT_SENT: MessageOutcome = { kind: 'retry', at: null, counts: false };

/** Sends messages that are claimed, each in its slot. */
@Injectable()
export class SliceSender {
  /** Messages in flight in this process, over all bulk sends; `send` releases one a message. */
  readonly inFlight: InFlight;

  constructor(
    @Inject(BULK_OPTIONS) { concurrency }: BulkOptions,
    @Inject(PACER) private readonly pacer: Pacer,
    private readonly thisProcess: ThisProcess,
    private readonly gate: CallGate,
    private readonly messageCall: MessageCall,
    private readonly messagingLimits: MessagingLimits,
    private readonly reactions: CallReactions,
    private readonly states: SendableBulkSends,
    private readonly writer: OutcomeWriter,
    private readonly contents: PendingContents,
    private readonly outdatedTemplates: OutdatedTemplates,
    private readonly onboarding: MarketingOnboarding,
  ) {
    this.inFlight = new InFlight(concurrency);
  }

  /** Resolves when every call has ended and its outcome was handed on to be written. */
  async send(slice: Slice): Promise<void> {
    const { messages, signal } = slice;
    const calls: Promise<void>[] = [];
    let slots = slice.slots.values();
    let isStopped = false;
    for (const [index, message] of messages.entries()) {
      const permit = isStopped || signal.aborted ? undefined : await this.#enter(slice);
      this.gate.unplan(slice.state.number, 1);
      // Only what was missed is lost: the slots after it are still good.
      let slot = permit && nextSlot(slots);
      if (permit && slot === undefined && !signal.aborted) {
        slots = (await this.#slots(slice, messages.length - index)).values();
        slot = nextSlot(slots);
      }
      if (slot !== undefined && slot > performance.now()) await until(slot);
      if (permit && slot !== undefined && !signal.aborted) {
        calls.push(this.#call(slice, message, permit));
      } else {
        isStopped = true;
        await permit?.release();
        this.#leave(slice, message);
      }
    }
    await Promise.all(calls);
  }

  /** Undefined while Meta gives no answers: what is claimed must not wait for them. */
  async #enter({ state, signal }: Slice): Promise<CallPermit | undefined> {
    return this.gate.enter(state.number, 'bulk', { most: MAX_WAIT_MS, signal }).catch(() => undefined);
  }

  /** What is claimed must not wait for long: without slots it is released. */
  async #slots({ state, signal }: Slice, count: number): Promise<readonly number[]> {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(MAX_WAIT_MS)]);
    return this.pacer.slots(state.number, count, soon).catch(() => []);
  }

  #leave(slice: Slice, message: PendingMessage): void {
    this.#settle(slice, message, NOT_SENT);
    this.inFlight.release(1);
  }

  async #call(slice: Slice, message: PendingMessage, permit: CallPermit): Promise<void> {
    try {
      this.#settle(slice, message, await this.#outcomeOf(slice, message, permit));
    } finally {
      this.inFlight.release(1);
    }
  }

  async #outcomeOf(slice: Slice, message: PendingMessage, permit: CallPermit): Promise<MessageOutcome> {
    const { state } = slice;
    const first = await this.#send(state, message, state.route);
    const other = rerouteAfter(first, state.route);
    const called = other ? await this.#sendAgain(slice, message, first, other) : first;
    await permit.settle(called ?? first);
    if (!called) return NOT_SENT;
    if (called.kind === 'answered') return { kind: 'sent', acceptance: called.answer, at: new Date() };
    const limitUsedUp = await this.#isLimitUsedUp(called, state);
    const { outcome, stop } = reactionToCall(called, { retries: message.retries, limitUsedUp, now: new Date() });
    if (stop) await this.#stop(stop, state);
    this.#noteRefusal(called.error, stop, state);
    return outcome;
  }

  /** By the other endpoint, in a slot of its own: both are calls of one number. Undefined when there is none in time. */
  async #sendAgain(
    slice: Slice,
    message: PendingMessage,
    refused: SendOutcome,
    route: SendRoute,
  ): Promise<SendOutcome | undefined> {
    if (refused.kind === 'refused') this.#noteRefusal(refused.error, undefined, slice.state);
    const slot = nextSlot((await this.#slots(slice, 1)).values());
    if (slot === undefined) return undefined;
    await until(slot);
    return slice.signal.aborted ? undefined : this.#send(slice.state, message, route);
  }

  async #send(state: SendableBulkSend, message: PendingMessage, route: SendRoute): Promise<SendOutcome> {
    let content: Pick<MessageContent, 'payload' | 'secrets'>;
    try {
      content = templateContent(state.template, this.contents.variablesOf(message));
    } catch (error) {
      return { kind: 'notSent', error };
    }
    const { credential } = state;
    return this.messageCall.make(message, { ...content, credential, route }, this.#deadlineOf(message));
  }

  /** A paused template has its status stored already, and Meta's list may be slower than its refusals. */
  #noteRefusal(error: unknown, stop: Stop | undefined, { template: { name }, credential }: SendableBulkSend) {
    const { businessAccountId } = credential;
    this.onboarding.note(error, businessAccountId);
    if (stop?.kind !== 'pause-template') this.outdatedTemplates.note(error, { name, businessAccountId });
  }

  /** After it others take this process for dead, or the message for unconfirmed. */
  #deadlineOf({ lapsesAt }: PendingMessage): Date {
    const { aliveUntil } = this.thisProcess;
    return lapsesAt && lapsesAt < aliveUntil ? lapsesAt : aliveUntil;
  }

  async #stop(stop: Stop, state: SendableBulkSend): Promise<void> {
    await this.reactions.apply(stop, state);
    this.states.forget(state.bulkSend.id);
  }

  async #isLimitUsedUp({ kind, error }: FailedOutcome, { portfolio }: SendableBulkSend): Promise<boolean> {
    if (kind !== 'refused' || error.metaCode !== SPAM_RATE_LIMIT) return false;
    return this.messagingLimits.usage(portfolio).then(
      ({ remaining }) => remaining === 0,
      () => false,
    );
  }

  #settle({ state, reservation }: Slice, message: PendingMessage, outcome: MessageOutcome): void {
    const { id, attempt } = message;
    reservation.note(recipientOf(message), outcome);
    this.writer.push(state.bulkSend.id, { id, attempt, outcome });
  }
}

/** The next slot that is not missed yet. */
function nextSlot(slots: Iterator<number>): number | undefined {
  for (let next = slots.next(); !next.done; next = slots.next()) {
    if (performance.now() - next.value <= MAX_LATE_MS) return next.value;
  }
  return undefined;
}

async function until(time: number): Promise<void> {
  const wait = time - performance.now();
  if (wait > 0) await delay(wait);
}

/** Limits the messages that this process has claimed or in flight. */
class InFlight {
  #count = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /**
   * Takes up to `count`. Waits while only a few are free: each claim is a statement, and one for each message that ends
   * would be too many.
   */
  async take(count: number): Promise<number> {
    const fewest = Math.min(count, Math.ceil(this.most / 4));
    while (this.most - this.#count < fewest) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const taken = Math.min(count, this.most - this.#count);
    this.#count += taken;
    return taken;
  }

  release(count: number): void {
    if (count === 0) return;
    this.#count -= count;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}

/** The part of the messaging limit that is reserved for some messages. */
export class LimitReservation {
  readonly #sent: string[] = [];
  readonly #notSent: string[] = [];

  constructor(
    private readonly messagingLimits: MessagingLimits,
    private readonly portfolio: Portfolio,
    readonly reserved: ReservedRecipients,
  ) {}

  /** An unknown outcome keeps its part: the message may have gone out. */
  note(recipient: string, outcome: MessageOutcome): void {
    if (this.portfolio.limit === null) return;
    if (outcome.kind === 'sent') this.#sent.push(recipient);
    if (outcome.kind === 'failed' || outcome.kind === 'retry') this.#notSent.push(recipient);
  }

  /** Counts recipients who were sent to and releases the part of the others. */
  async settle(): Promise<void> {
    const outside = this.#sent.filter((recipient) => !this.reserved.inWindow.has(recipient));
    const counted = outside.map((recipient) => this.reserved.keyOf.get(recipient) ?? recipient);
    if (counted.length > 0) await this.messagingLimits.count(this.portfolio, counted, new Date());
    if (this.#notSent.length > 0) await this.messagingLimits.release(this.portfolio, this.#notSent, this.reserved);
  }
}
