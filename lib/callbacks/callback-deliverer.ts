import { Inject, Injectable, type LoggerService, type OnApplicationBootstrap } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import { WHATSAPP_LOGGER } from '../logger.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../processes/processes.options.js';
import { FAILURES_BEFORE_REST } from './callback-back-off.js';
import { CallbackOutbox } from './callback-outbox.js';
import { type CallbackAnswer, CallbackRequests } from './callback-requests.js';
import { signatureOf } from './callback-secrets.js';
import { type CallbackTarget, CallbackTargets } from './callback-targets.js';
import { type Claim, type ClaimedDelivery, ClaimedDeliveries } from './claimed-deliveries.js';
import { OverdueDeliveries } from './overdue-deliveries.js';

/** Milliseconds between two looks at what is due. */
const INTERVAL_MS = 1_000;

/** Milliseconds after which what was just stored is looked for: its transaction ends first, and more may join it. */
const SOON_MS = 20;

/** Deliveries to one target at a time. */
const AT_ONCE = 25;

/** Targets at a time. */
const MOST_TARGETS = 100;

/** Delivers callbacks, each workspace's apart from the others'. Processes that only serve requests leave it to others. */
@Injectable()
export class CallbackDeliverer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** What is being delivered, by workspace. */
  readonly #running = new Map<number, Promise<void>>();
  readonly #wanted = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #soon: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #hasEnded = false;

  constructor(
    @Inject(PROCESS_OPTIONS) private readonly processes: ProcessOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly targets: CallbackTargets,
    private readonly claims: ClaimedDeliveries,
    private readonly requests: CallbackRequests,
    private readonly overdue: OverdueDeliveries,
    outbox: CallbackOutbox,
  ) {
    outbox.onPut((workspaceIds) => this.wake(workspaceIds));
  }

  onApplicationBootstrap(): void {
    if (!this.processes.isWorker) return;
    this.#timer = setInterval(() => this.#look(), INTERVAL_MS).unref();
    this.#look();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#hasEnded = true;
    clearInterval(this.#timer);
    clearTimeout(this.#soon);
    await this.#looking;
    await Promise.all(this.#running.values());
  }

  /** Something of these workspaces became due. */
  wake(workspaceIds: readonly number[]): void {
    if (this.#timer === undefined || this.#hasEnded) return;
    for (const workspaceId of workspaceIds) this.#wanted.add(workspaceId);
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      for (const workspaceId of this.#wanted) this.#start(workspaceId);
    }, SOON_MS).unref();
  }

  #look(): void {
    this.#looking ??= this.#startDue()
      .catch((error: unknown) => this.#warn('looked after', error))
      .finally(() => (this.#looking = undefined));
  }

  async #startDue(): Promise<void> {
    for (const workspaceId of await this.targets.due()) this.#start(workspaceId);
  }

  /** One that is running, or finds no place, is started again by a later look. */
  #start(workspaceId: number): void {
    if (this.#hasEnded || this.#running.has(workspaceId) || this.#running.size >= MOST_TARGETS) return;
    this.#wanted.delete(workspaceId);
    const run = this.#deliverAll(workspaceId)
      .catch((error: unknown) => this.#warn('delivered', error))
      .finally(() => {
        this.#running.delete(workspaceId);
        if (this.#wanted.has(workspaceId)) this.wake([workspaceId]);
      });
    this.#running.set(workspaceId, run);
  }

  async #deliverAll(workspaceId: number): Promise<void> {
    while (!this.#hasEnded) {
      const target = await this.targets.find(workspaceId);
      if (!target) return;
      const claim = await this.claims.take(workspaceId, target.failures < FAILURES_BEFORE_REST ? AT_ONCE : 1);
      if (claim.deliveries.length === 0) return;
      const answers = await this.#deliver(target, claim);
      await this.claims.record(claim, answers);
      if (await this.#isResting(target, [...answers.values()])) return;
    }
  }

  async #deliver(target: CallbackTarget, claim: Claim): Promise<ReadonlyMap<ClaimedDelivery, CallbackAnswer>> {
    const held = claim.deliveries.filter(() => this.claims.isHeld(claim));
    const answers = held.map(async (delivery) => [delivery, await this.#post(target, delivery)] as const);
    return new Map(await Promise.all(answers));
  }

  #post({ url, secret }: CallbackTarget, { id, event, payload }: ClaimedDelivery): Promise<CallbackAnswer> {
    const body = Buffer.from(payload);
    return this.requests.post(url, body, {
      'content-type': 'application/json',
      'user-agent': 'nestjs-whatsapp',
      'x-webhook-id': id,
      'x-webhook-event': event,
      'x-webhook-signature': signatureOf(body, secret),
    });
  }

  async #isResting(target: CallbackTarget, answers: readonly CallbackAnswer[]): Promise<boolean> {
    if (answers.length === 0) return false;
    if (answers.some(({ isDelivered }) => isDelivered)) {
      await this.targets.noteSuccess(target);
      return false;
    }
    const isResting = await this.targets.noteFailures(target, answers.length);
    if (isResting) await this.overdue.giveUp(target, () => this.#hasEnded);
    return isResting;
  }

  #warn(what: string, error: unknown): void {
    if (!this.#hasEnded) this.logger.warn(`Callbacks could not be ${what}; it is tried again: ${String(error)}`);
  }
}
