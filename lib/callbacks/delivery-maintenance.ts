import {
  Inject,
  Injectable,
  type LoggerService,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { type FindOptionsWhere, IsNull, LessThanOrEqual, Not, Repository, And, MoreThan, Like } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { Periodic } from '../process/periodic.js';
import { PROCESS_OPTIONS, type ProcessOptions } from '../process/this-process.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import { CallbackEntity } from './callback.entity.js';
import { CALLBACK_OPTIONS, type CallbackOptions, patienceOf } from './callbacks.options.js';
import { type Expired, Retention } from '../process/retention.js';

const INTERVAL_MS = 10 * 60_000;

/** Rows in one statement. */
const BATCH_SIZE = 500;

const UNANSWERED = 'Nothing could be delivered for as long as this waited.';
const REMOVED = 'The callback was removed.';

/** Gives up what no try will come to: the target took nothing for too long, or there is none. */
@Injectable()
export class OverdueDeliveries implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #periodic: Periodic;

  constructor(
    @Inject(PROCESS_OPTIONS) private readonly processes: ProcessOptions,
    @Inject(WHATSAPP_LOGGER) logger: LoggerService,
    @Inject(CALLBACK_OPTIONS) private readonly options: CallbackOptions,
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {
    const run = (signal: AbortSignal) => this.#giveUpOverdue(signal);
    this.#periodic = new Periodic({ name: 'Giving up overdue callbacks', everyMs: INTERVAL_MS, run, logger });
  }

  onApplicationBootstrap(): void {
    if (this.processes.isWorker) this.#periodic.start();
  }

  onModuleDestroy(): Promise<void> {
    return this.#periodic.stop();
  }

  /** What is overdue in any workspace; done every 10 minutes by itself. Never rejects. */
  giveUpOverdue(): Promise<void> {
    return this.#periodic.run();
  }

  /** Everything that a workspace still waits for. */
  giveUpAll(workspaceId: number): Promise<void> {
    return this.#giveUp({ workspaceId, nextAttemptAt: Not(IsNull()) }, REMOVED);
  }

  async #giveUpOverdue(signal: AbortSignal): Promise<void> {
    const longAgo = LessThanOrEqual(new Date(Date.now() - patienceOf(this.options.callbackRetryDelays)));
    const failing = await this.callbacks.find({ select: { workspaceId: true }, where: { failingSince: longAgo } });
    for (const { workspaceId } of failing) {
      await this.#giveUp({ workspaceId, nextAttemptAt: longAgo }, UNANSWERED, signal);
    }
    for (const workspaceId of await this.#withoutCallback()) {
      await this.#giveUp({ workspaceId, nextAttemptAt: Not(IsNull()) }, REMOVED, signal);
    }
  }

  /** Workspaces with a callback that was removed while something was stored for it. */
  async #withoutCallback(): Promise<number[]> {
    const waiting = await this.deliveries
      .createQueryBuilder('delivery')
      .select('delivery.workspaceId', 'workspaceId')
      .distinct()
      .where({ nextAttemptAt: Not(IsNull()) })
      .getRawMany<{ workspaceId: unknown }>();
    const callbacks = await this.callbacks.find({ select: { workspaceId: true } });
    const known = new Set(callbacks.map(({ workspaceId }) => workspaceId));
    return waiting.map(({ workspaceId }) => Number(workspaceId)).filter((workspaceId) => !known.has(workspaceId));
  }

  async #giveUp(where: FindOptionsWhere<CallbackDeliveryEntity>, error: string, signal?: AbortSignal): Promise<void> {
    for (;;) {
      if (signal?.aborted) return;
      const rows = await this.deliveries.find({ select: { id: true }, where, take: BATCH_SIZE });
      if (rows.length === 0) return;
      const still = {
        ...where,
        id: inList(
          this.deliveries,
          rows.map(({ id }) => id),
        ),
      };
      const failed = { status: 'failed' as const, nextAttemptAt: null, error };
      await retryOnDeadlock(() => this.deliveries.update(still, failed));
    }
  }
}

/** Milliseconds for which those that failed stay longer, for someone may want to send them again. */
const FAILED_STAY_LONGER = 23 * 24 * 60 * 60 * 1_000;

/** Deletes deliveries once they were kept long enough; none that waits. */
@Injectable()
export class ExpiredDeliveries {
  constructor(
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
    retention: Retention,
  ) {
    retention.add('callbackDeliveries', (expired) => this.delete(expired));
  }

  async delete({ since, until, signal }: Expired): Promise<void> {
    await this.#delete('delivered', since, until, signal);
    await this.#delete('failed', earlier(since), earlier(until), signal);
  }

  async #delete(
    status: CallbackDeliveryEntity['status'],
    since: Date,
    until: Date,
    signal: AbortSignal,
  ): Promise<void> {
    for (let after = since; !signal.aborted;) {
      const createdAt = And(MoreThan(new Date(after.getTime() - 1)), LessThanOrEqual(until));
      const rows = await this.deliveries.find({
        select: { id: true, createdAt: true },
        where: { createdAt, status },
        order: { createdAt: 'ASC' },
        take: BATCH_SIZE,
      });
      const last = rows.at(-1);
      if (!last) return;
      const ids = rows.map(({ id }) => id);
      await retryOnDeadlock(() => this.deliveries.delete({ id: inList(this.deliveries, ids), status }));
      after = last.createdAt;
    }
  }
}

const earlier = (date: Date): Date => new Date(date.getTime() - FAILED_STAY_LONGER);

/** Removes what was reported of people who are erased. */
@Injectable()
export class ErasedDeliveries {
  constructor(
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /**
   * @param contactId null for someone who is no contact
   * @param names the person's numbers and ids, as callbacks have them: of a message to someone who was no contact then
   */
  async erase(workspaceId: number, contactId: number | null, names: readonly string[]): Promise<void> {
    if (contactId !== null) await this.#delete({ contactId });
    for (const name of names) {
      // No index leads there; only what is kept of one workspace is read, and few people are erased.
      await this.#delete({ workspaceId, contactId: IsNull(), payload: Like(`%${JSON.stringify(name)}%`) });
    }
  }

  async #delete(where: FindOptionsWhere<CallbackDeliveryEntity>): Promise<void> {
    for (;;) {
      const rows = await this.deliveries.find({ select: { id: true }, where, take: BATCH_SIZE });
      if (rows.length === 0) return;
      const ids = rows.map(({ id }) => id);
      await retryOnDeadlock(() => this.deliveries.delete({ id: inList(this.deliveries, ids) }));
    }
  }
}
