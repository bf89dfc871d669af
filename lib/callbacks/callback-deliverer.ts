import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { OutageLog } from '../store/outage-log.js';
import { runOutside } from '../async-context.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../process/this-process.js';
import { CallbackOutbox } from './callback-outbox.js';
import { type CallbackAnswer, CallbackRequests } from './callback-requests.js';
import { signatureOf } from './callback-secrets.js';
import { type CallbackTarget, CallbackTargets } from './callback-targets.js';
import { type DataSource, LessThanOrEqual, Repository } from 'typeorm';
import { runInTransaction, execute } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { updateRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { change, select } from '../store/statement.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import { CALLBACK_OPTIONS, type CallbackOptions, FAILURES_BEFORE_REST, retryDelay } from './callbacks.options.js';

/** A delivery that this process may make. */
type ClaimedDelivery = Pick<CallbackDeliveryEntity, 'id' | 'event' | 'payload' | 'attempts'>;

/** Deliveries that are this process's alone until the claim's end. */
interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly until: Date;
}

/** A claim lasts so many times as long as a try may take; other machines' clocks may be that much ahead. */
const CLAIM_TIMEOUTS = 4;

/** Claims due deliveries, so that of several processes one makes each of them, and stores their outcomes. */
@Injectable()
export class ClaimedDeliveries {
  constructor(
    @Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions,
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /** Those of a workspace that have been due longest. What a process that died had claimed is due again at the claim's end. */
  async take(workspaceId: number, most: number): Promise<Claim> {
    const now = Date.now();
    const until = new Date(now + CLAIM_TIMEOUTS * this.options.callbackTimeout);
    const due = this.deliveries
      .createQueryBuilder('delivery')
      .select('delivery.id', 'id')
      .addSelect('delivery.event', 'event')
      .addSelect('delivery.payload', 'payload')
      .addSelect('delivery.attempts', 'attempts')
      .where({ workspaceId, nextAttemptAt: LessThanOrEqual(new Date(now)) })
      .orderBy('delivery.nextAttemptAt')
      .limit(most);
    const { deliveries: repository } = this;
    const update = repository.createQueryBuilder().update().set({ nextAttemptAt: until });
    const deliveries = await runInTransaction(this.dataSource, function* () {
      const rows = yield* select<ClaimedDelivery>(due, { lock: true, numbers: ['attempts'] });
      const ids = rows.map(({ id }) => id);
      if (ids.length > 0) yield* change(update.where({ id: inList(repository, ids) }));
      return rows;
    });
    return { deliveries, until };
  }

  /** Whether there is still time for a try: a process may have stood still since it claimed. */
  isHeld({ until }: Claim): boolean {
    return Date.now() + this.options.callbackTimeout < until.getTime();
  }

  /** Stores the outcome of each; of those that are no longer this claim's, nothing is written. */
  async record(claim: Claim, answers: ReadonlyMap<ClaimedDelivery, CallbackAnswer>): Promise<void> {
    const rows = [...answers].map(([delivery, answer]) => this.#rowAfter(delivery, answer));
    const condition = { sql: 'next_attempt_at = :until', parameters: { until: claim.until.getTime() } };
    await execute(this.dataSource, updateRows(this.deliveries, rows, { condition }));
  }

  #rowAfter(delivery: ClaimedDelivery, { isDelivered, responseStatus, error }: CallbackAnswer) {
    const { id } = delivery;
    const [now, attempts] = [new Date(), delivery.attempts + 1];
    const result = { id, attempts, responseStatus, error };
    if (isDelivered) return { ...result, status: 'delivered' as const, nextAttemptAt: null, deliveredAt: now };
    const delay = retryDelay(this.options.callbackRetryDelays, attempts);
    if (delay === undefined) return { ...result, status: 'failed' as const, nextAttemptAt: null, deliveredAt: null };
    const nextAttemptAt = new Date(now.getTime() + delay);
    return { ...result, status: 'pending' as const, nextAttemptAt, deliveredAt: null };
  }
}

/** Milliseconds between two looks at what is due. */
const INTERVAL_MS = 1_000;

/** While nothing is due, up to so many looks are left out: what this process stores wakes it anyway. */
const MOST_LEFT_OUT = 4;

/** Milliseconds after which what was just stored is looked for: its transaction ends first, and more may join it. */
const SOON_MS = 20;

/** Deliveries to one target at a time. */
const CONCURRENCY = 25;

/** Targets at a time. */
const MOST_TARGETS = 100;

/** After so many rounds a target makes room when others wait: slow ones with much to take would keep all places. */
const ROUNDS = 4;

/** Delivers callbacks, each workspace's apart from the others'. Processes that only serve requests leave it to others. */
@Injectable()
export class CallbackDeliverer implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #turns = new CallbackTurns(MOST_TARGETS, (workspaceId) => this.#turn(workspaceId));
  readonly #awakened = new Set<number>();
  #hasEnded = false;
  readonly #periodic: Periodic;
  #soon: NodeJS.Timeout | undefined;
  /** Looks to leave out after one that finds nothing, and those left of them. */
  #pause = 0;
  #leftOut = 0;

  constructor(
    @Inject(PROCESS_OPTIONS) private readonly processes: ProcessOptions,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly targets: CallbackTargets,
    private readonly claims: ClaimedDeliveries,
    private readonly requests: CallbackRequests,
    outbox: CallbackOutbox,
    private readonly outages: OutageLog,
  ) {
    const run = () => this.#look();
    this.#periodic = new Periodic({ name: 'Looking for due callbacks', everyMs: INTERVAL_MS, run, logger, outages });
    outbox.onPut((workspaceIds) => this.wake(workspaceIds));
  }

  onApplicationBootstrap(): void {
    if (this.processes.isWorker) this.#periodic.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#hasEnded = true;
    clearTimeout(this.#soon);
    await Promise.all([this.#periodic.stop(), this.#turns.end()]);
  }

  /** Something of these workspaces became due. */
  wake(workspaceIds: readonly number[]): void {
    if (!this.#periodic.isStarted) return;
    for (const workspaceId of workspaceIds) this.#awakened.add(workspaceId);
    this.#soon ??= runOutside(() => setTimeout(() => this.#wantAwakened(), SOON_MS).unref());
  }

  #wantAwakened(): void {
    this.#soon = undefined;
    this.#turns.want(this.#awakened);
    this.#awakened.clear();
  }

  async #look(): Promise<void> {
    if (this.#leftOut < this.#pause) {
      this.#leftOut += 1;
      return;
    }
    this.#leftOut = 0;
    const due = await this.targets.due();
    this.#pause = due.length > 0 ? 0 : Math.min(this.#pause + 1, MOST_LEFT_OUT);
    this.#turns.want(due);
  }

  /** @returns whether it leaves its place to others and goes on later */
  async #turn(workspaceId: number): Promise<boolean> {
    this.#pause = 0;
    try {
      for (let rounds = 0; !this.#hasEnded; rounds += 1) {
        if (rounds >= ROUNDS && this.#turns.isCrowded) return true;
        if (!(await this.#deliverSome(workspaceId))) return false;
      }
    } catch (error) {
      this.#warn(error);
    }
    return false;
  }

  /** @returns whether there may be more to deliver now */
  async #deliverSome(workspaceId: number): Promise<boolean> {
    const target = await this.targets.find(workspaceId);
    if (!target) return false;
    const claim = await this.claims.take(workspaceId, target.failures < FAILURES_BEFORE_REST ? CONCURRENCY : 1);
    if (claim.deliveries.length === 0) return false;
    const answers = await this.#deliver(target, claim);
    await this.claims.record(claim, answers);
    return !(await this.#isResting(target, [...answers.values()]));
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
    return this.targets.noteFailures(target, answers.length);
  }

  #warn(error: unknown): void {
    if (this.#hasEnded || this.outages.covers(error)) return;
    this.logger.warn(`Could not deliver callbacks; trying again: ${String(error)}`);
  }
}

/** Gives workspaces their turns: so many at a time, and the others in the order in which they came. */
export class CallbackTurns {
  readonly #running = new Map<number, Promise<void>>();
  readonly #waiting = new Set<number>();
  #hasEnded = false;

  /** @param take a workspace's turn, which does not reject; true when it wants another */
  constructor(
    private readonly places: number,
    private readonly take: (workspaceId: number) => Promise<boolean>,
  ) {}

  /** Whether someone waits because all places are taken. */
  get isCrowded(): boolean {
    if (this.#running.size < this.places) return false;
    return [...this.#waiting].some((workspaceId) => !this.#running.has(workspaceId));
  }

  /** Each of them has a turn; the one that has it now gets another after it. */
  want(workspaceIds: Iterable<number>): void {
    for (const workspaceId of workspaceIds) this.#waiting.add(workspaceId);
    this.#begin();
  }

  /** None begins any more. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await Promise.all(this.#running.values());
  }

  #begin(): void {
    for (const workspaceId of this.#waiting) {
      if (this.#hasEnded || this.#running.size >= this.places) return;
      if (this.#running.has(workspaceId)) continue;
      this.#waiting.delete(workspaceId);
      this.#running.set(workspaceId, this.#run(workspaceId));
    }
  }

  async #run(workspaceId: number): Promise<void> {
    const isGoingOn = await this.take(workspaceId);
    this.#running.delete(workspaceId);
    if (isGoingOn) this.#waiting.add(workspaceId);
    this.#begin();
  }
}
