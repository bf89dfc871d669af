import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type FindOptionsWhere, In, IsNull, LessThanOrEqual, MoreThan, Not, Or, Repository } from 'typeorm';
import { WHATSAPP_LOGGER } from '../logger.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkSendStatus, BulkSendStep, BulkWaitingReason } from './bulk-send.js';
import { BulkSendStateError } from './bulk.errors.js';
import { type BulkTally, endOf } from './tally.js';

type BulkState = BulkSendEntity['status'];

/** Injects the `BulkSendSteps` of this module. */
export const BULK_SEND_STEPS = Symbol('BULK_SEND_STEPS');

/** Takes what happens to bulk sends once it is committed; returns at once, and never throws. */
export interface BulkSendSteps {
  report(id: string, step: BulkSendStep): void;
}

/** The columns that only this file writes. */
export type BulkStateChange = Partial<
  Pick<BulkSendEntity, 'status' | 'waitingReason' | 'waitingUntil' | 'waitingMessage' | 'startedAt' | 'completedAt'>
>;

/** States in which messages are sent as soon as they are due. */
const ACTIVE = ['QUEUED', 'PROCESSING'] as const;
const ENDED = ['COMPLETED', 'PARTIAL', 'FAILED'] as const;

const state = (
  status: BulkState,
  waitingReason: BulkWaitingReason | null = null,
  waitingUntil: Date | null = null,
  waitingMessage: string | null = null,
) => ({ status, waitingReason, waitingUntil, waitingMessage });

/** What may happen to a bulk send: the states it may happen in, and the state, waiting reason and time after it. */
const TRANSITIONS = {
  /** All recipients are stored. */
  accept: { from: ['ACCEPTING'], to: () => state('QUEUED') },
  schedule: { from: ['ACCEPTING'], to: (at: Date) => state('SCHEDULED', 'scheduled', at) },
  reachSchedule: { from: ['SCHEDULED'], to: () => state('QUEUED') },
  /** A chunk is being sent: what the bulk send waited for is over. */
  begin: { from: ACTIVE, to: () => state('PROCESSING') },
  defer: {
    from: ACTIVE,
    to: (reason: BulkWaitingReason, until: Date, message: string) => ({
      waitingReason: reason,
      waitingUntil: until,
      waitingMessage: message,
    }),
  },
  endDeferral: { from: ACTIVE, to: () => ({ waitingUntil: new Date() }) },
  pause: {
    from: ['SCHEDULED', ...ACTIVE, 'PAUSED'],
    to: () => state('PAUSED', 'paused', null, 'Paused by request.'),
  },
  pauseOnError: { from: ACTIVE, to: (message: string) => state('PAUSED', 'paused', null, message) },
  pauseWithTemplate: { from: ACTIVE, to: (message: string) => state('PAUSED', 'template_paused', null, message) },
  pauseForBudget: {
    from: ACTIVE,
    to: (message: string, until: Date | null) => state('PAUSED', 'budget', until, message),
  },
  resume: { from: ['PAUSED', ...ACTIVE], to: resumedState },
  resumeWithTemplate: { from: ['PAUSED'], to: resumedState },
  resumeWithBudget: { from: ['PAUSED'], to: resumedState },
  cancel: { from: ['SCHEDULED', ...ACTIVE, 'PAUSED', 'CANCELLED'], to: () => state('CANCELLED') },
  /** Messages of a bulk send that had ended are sent again. */
  reopen: { from: ENDED, to: () => ({ ...state('QUEUED'), completedAt: null }) },
  /** Nothing is pending or in doubt; the end changes when a status of Meta arrives later. */
  complete: {
    from: ['SCHEDULED', ...ACTIVE, 'PAUSED', ...ENDED],
    to: (end: BulkSendStatus, completedAt: Date) => ({ ...state(end), completedAt }),
  },
  /** A message in doubt may turn out not to be sent: then the cancelling is not over yet. */
  settleCancellation: { from: ['CANCELLED'], to: (completedAt: Date | null) => ({ completedAt }) },
} satisfies Record<string, { from: readonly BulkState[]; to: (...event: never[]) => BulkStateChange }>;

/** As scheduled, where its time has not come. */
function resumedState({ startedAt, scheduledAt }: Pick<BulkSendEntity, 'startedAt' | 'scheduledAt'>) {
  const isAhead = scheduledAt !== null && scheduledAt > new Date() && startedAt === null;
  if (isAhead) return state('SCHEDULED', 'scheduled', scheduledAt);
  return state(startedAt ? 'PROCESSING' : 'QUEUED');
}

type Counted = BulkTally & Pick<BulkSendEntity, 'uniqueRecipients'>;

/** The first state of a bulk send that is accepted: the end, where none of its recipients may be sent to. */
export function acceptedState(counted: Counted, scheduledAt: Date | null) {
  const now = new Date();
  const end = endOf(counted);
  if (end) return TRANSITIONS.complete.to(end, now);
  const begins = !scheduledAt || scheduledAt <= now;
  return { ...(begins ? TRANSITIONS.accept.to() : TRANSITIONS.schedule.to(scheduledAt)), completedAt: null };
}

/** The state after messages were settled: a part of the transaction that counts them. */
export function settledState(bulkSend: Counted & Pick<BulkSendEntity, 'status' | 'completedAt'>): BulkStateChange {
  const { status, completedAt } = bulkSend;
  const end = endOf(bulkSend);
  const endedAt = end ? (completedAt ?? new Date()) : null;
  if (isIn(TRANSITIONS.settleCancellation.from, status)) return TRANSITIONS.settleCancellation.to(endedAt);
  if (!end || !endedAt || !isIn(TRANSITIONS.complete.from, status)) return {};
  return TRANSITIONS.complete.to(end, endedAt);
}

/** The state after some of its messages are pending again. */
export function reopenedState({ completedAt }: Pick<BulkSendEntity, 'completedAt'>): BulkStateChange {
  return completedAt ? TRANSITIONS.reopen.to() : {};
}

/** The state after too many failures in a row. */
export function failingState({ status }: Pick<BulkSendEntity, 'status'>, message: string): BulkStateChange {
  return isIn(TRANSITIONS.pauseOnError.from, status) ? TRANSITIONS.pauseOnError.to(message) : {};
}

/** Matches bulk sends that may send now. */
export const sendable = (): FindOptionsWhere<BulkSendEntity> => ({
  status: In([...ACTIVE]),
  waitingUntil: Or(IsNull(), LessThanOrEqual(new Date())),
});

export const isSendable = ({ status, waitingUntil }: BulkSendEntity): boolean =>
  isIn(ACTIVE, status) && (!waitingUntil || waitingUntil <= new Date());

/** Matches bulk sends that wait for the messaging limit. */
export const waitingForLimit = () => ({
  status: In([...ACTIVE]),
  waitingReason: 'quota' as const,
  waitingUntil: MoreThan(new Date()),
});

/** Matches bulk sends that wait for their template alone; not those that a person paused. */
export const PAUSED_WITH_TEMPLATE = { status: 'PAUSED', waitingReason: 'template_paused' } as const;

/** Matches bulk sends that wait for a budget alone. */
export const PAUSED_FOR_BUDGET = { status: 'PAUSED', waitingReason: 'budget' } as const;

const isIn = (states: readonly BulkState[], status: BulkState): boolean => states.includes(status);

/** Bulk sends with a remembered last log line. */
const REMEMBERED = 1_000;

/**
 * Moves bulk sends from state to state, each by one conditional change of its row, which every process reads before it
 * sends. Logs one line a change, for any number of chunks and processes.
 */
@Injectable()
export class BulkLifecycle {
  readonly #lastLines = new LRUCache<string, string>({ max: REMEMBERED });

  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @Inject(BULK_SEND_STEPS) private readonly steps: BulkSendSteps,
  ) {}

  /** A chunk of the bulk send is being sent. */
  async begin(id: string): Promise<void> {
    const { from, to } = TRANSITIONS.begin;
    const now = new Date();
    const begun = { ...to(), servedAt: now };
    // Each only where it changes something: of several processes the one that did it logs it.
    if (await this.#update({ id, startedAt: IsNull() }, from, { ...begun, startedAt: now })) {
      return this.#report(id, 'begins', 'begins.');
    }
    if (await this.#update({ id, waitingReason: Not(IsNull()) }, from, begun)) {
      return this.#report(id, 'goes_on', 'goes on.');
    }
    await this.#update({ id }, from, { status: begun.status, servedAt: now });
  }

  /** Sends nothing more of it until the messaging limit has room. */
  async deferForLimit(id: string, until: Date, message: string): Promise<void> {
    await this.#defer(id, 'quota', until, message);
  }

  /** Meta takes its template later: sends nothing of it until then. */
  async deferForTemplate(id: string, until: Date, message: string): Promise<void> {
    await this.#defer(id, 'rate_limited', until, message);
  }

  /** Nothing of it is due before, unless it waits for something else. */
  async deferRetries(id: string, until: Date): Promise<void> {
    const { from, to } = TRANSITIONS.defer;
    const message = 'Meta asks to wait with these messages before they are tried again.';
    const deferred = to('rate_limited', until, message);
    if (await this.#update({ id, waitingReason: IsNull() }, from, deferred)) this.steps.report(id, 'waits');
  }

  /** The messaging limit of this number has room again. */
  async endLimitDeferrals(phoneNumberId: string): Promise<void> {
    const { from, to } = TRANSITIONS.endDeferral;
    await this.#update({ ...waitingForLimit(), phoneNumberId }, from, to());
  }

  /** Queues those that were scheduled for now or earlier. */
  async startScheduled(): Promise<void> {
    const { from, to } = TRANSITIONS.reachSchedule;
    await this.#update({ waitingUntil: LessThanOrEqual(new Date()) }, from, to());
  }

  /** Pauses over an error that every further message would meet, until a person resumes it. */
  async pauseOnError(id: string, message: string): Promise<void> {
    const { from, to } = TRANSITIONS.pauseOnError;
    if (await this.#update({ id }, from, to(message))) this.#logPause(id, message);
  }

  /** Pauses one bulk send, or all of a template, until Meta approves the template again. */
  async pauseWithTemplate(which: FindOptionsWhere<BulkSendEntity>, message: string): Promise<void> {
    const { from, to } = TRANSITIONS.pauseWithTemplate;
    const active = await this.bulkSends.find({ select: { id: true }, where: { ...which, status: In([...from]) } });
    for (const { id } of active) if (await this.#update({ id }, from, to(message))) this.#logPause(id, message);
  }

  /** Pauses until a budget has room for its next message. @param until when it has by itself */
  async pauseForBudget(id: string, message: string, until: Date | null): Promise<void> {
    const { from, to } = TRANSITIONS.pauseForBudget;
    if (await this.#update({ id }, from, to(message, until))) this.#logPause(id, message);
  }

  /** @returns whether it goes on: a person may have paused it meanwhile */
  async resumeWithBudget(bulkSend: BulkSendEntity): Promise<boolean> {
    const { from, to } = TRANSITIONS.resumeWithBudget;
    const { waitingReason } = PAUSED_FOR_BUDGET;
    if (!(await this.#update({ id: bulkSend.id, waitingReason }, from, to(bulkSend)))) return false;
    this.#report(bulkSend.id, 'goes_on', 'goes on: there is a budget for it.');
    return true;
  }

  /** @returns whether it goes on: a person may have paused it meanwhile */
  async resumeWithTemplate(bulkSend: BulkSendEntity): Promise<boolean> {
    const { id, templateName } = bulkSend;
    const { from, to } = TRANSITIONS.resumeWithTemplate;
    const { waitingReason } = PAUSED_WITH_TEMPLATE;
    if (!(await this.#update({ id, waitingReason }, from, { ...to(bulkSend), ...NO_STREAK }))) return false;
    this.#report(id, 'goes_on', `goes on: template "${templateName}" can be sent again.`);
    return true;
  }

  /** @throws BulkSendStateError when it has ended */
  async pause(id: string): Promise<void> {
    const { from, to } = TRANSITIONS.pause;
    const paused = to();
    await this.#request(id, from, paused, 'paused');
    this.#logPause(id, paused.waitingMessage, 'log');
  }

  /** @throws BulkSendStateError when it has ended */
  async resume(bulkSend: BulkSendEntity): Promise<void> {
    const { from, to } = TRANSITIONS.resume;
    await this.#request(bulkSend.id, from, { ...to(bulkSend), ...NO_STREAK }, 'resumed');
    this.#report(bulkSend.id, 'goes_on', 'goes on.');
  }

  /** @throws BulkSendStateError when it has ended */
  async cancel(id: string): Promise<void> {
    const { from, to } = TRANSITIONS.cancel;
    await this.#request(id, from, to(), 'cancelled');
  }

  /** Reports what a transaction of the ledger changed, once it is committed. */
  reportSettled(
    { id, status, completedAt }: BulkSendEntity | SettledBulkSend,
    changed: BulkStateChange & BulkTally,
  ): void {
    const { status: after = status, waitingMessage, sentCount, failedCount } = changed;
    if (changed.completedAt && !completedAt) {
      this.#report(id, 'ends', `ends ${after}: ${sentCount} sent, ${failedCount} failed.`);
    } else if (completedAt && changed.completedAt === null && after !== 'CANCELLED') {
      this.steps.report(id, 'goes_on');
    } else if (after === 'PAUSED' && after !== status) {
      this.#logPause(id, waitingMessage);
    }
  }

  async #request(id: string, from: readonly BulkState[], change: BulkStateChange, verb: string): Promise<void> {
    if (await this.#update({ id }, from, change)) return;
    const { status } = await this.bulkSends.findOneByOrFail({ id });
    throw new BulkSendStateError(`The bulk send is ${status}; it cannot be ${verb} any more.`);
  }

  /** @returns whether there was one to change */
  async #update(
    where: FindOptionsWhere<BulkSendEntity>,
    from: readonly BulkState[],
    change: BulkStateChange & Partial<BulkSendEntity>,
  ): Promise<boolean> {
    const { affected } = await retryOnDeadlock(() =>
      this.bulkSends.update({ ...where, status: In([...from]) }, change),
    );
    return Boolean(affected);
  }

  /** Several chunks, and processes, meet the same limit: the one that has it wait reports so. */
  async #defer(id: string, reason: BulkWaitingReason, until: Date, message: string): Promise<void> {
    const { from, to } = TRANSITIONS.defer;
    const deferred = to(reason, until, message);
    const begins = await this.#update({ id, waitingReason: Or(IsNull(), Not(reason)) }, from, deferred);
    if (!begins && !(await this.#update({ id }, from, deferred))) return;
    this.#log('log', id, `waits until ${until.toISOString()}: ${message}`);
    if (begins) this.steps.report(id, 'waits');
  }

  #logPause(id: string, message: string | null | undefined, level: 'log' | 'warn' = 'warn'): void {
    this.#log(level, id, `is paused: ${message ?? ''}`);
    this.steps.report(id, 'paused');
  }

  #report(id: string, step: BulkSendStep, words: string): void {
    this.#log('log', id, words);
    this.steps.report(id, step);
  }

  #log(level: 'log' | 'warn', id: string, event: string): void {
    if (this.#lastLines.get(id) === event) return;
    this.#lastLines.set(id, event);
    this.logger[level](`Bulk send ${id} ${event}`);
  }
}

const NO_STREAK = { streak: 0, streakCode: null };

type SettledBulkSend = Pick<BulkSendEntity, 'id' | 'status' | 'completedAt'>;
