import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, LessThanOrEqual, Repository } from 'typeorm';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { execute } from '../store/execute.js';
import { updateRows } from '../store/json-rows.js';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { change, select } from '../store/statement.js';
import { retryDelay } from './callback-back-off.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import type { CallbackAnswer } from './callback-requests.js';
import { CALLBACK_OPTIONS, type CallbackOptions } from './callbacks.options.js';

/** A delivery that this process may make. */
export type ClaimedDelivery = Pick<CallbackDeliveryEntity, 'id' | 'event' | 'payload' | 'attempts'>;

/** Deliveries that are this process's alone until the claim's end. */
export interface Claim {
  readonly deliveries: readonly ClaimedDelivery[];
  readonly until: Date;
}

/** A claim lasts so many times as long as a try may take; other machines' clocks may be that much ahead. */
const CLAIM_TIMEOUTS = 4;

/** Claims due deliveries, so that of several processes one makes each of them, and writes down what became of them. */
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

  /** What became of each; of those that are no longer this claim's, nothing is written. */
  async record(claim: Claim, answers: ReadonlyMap<ClaimedDelivery, CallbackAnswer>): Promise<void> {
    const rows = [...answers].map(([delivery, answer]) => this.#rowAfter(delivery, answer));
    const condition = { sql: 'next_attempt_at = :until', parameters: { until: claim.until.getTime() } };
    await execute(this.dataSource, updateRows(this.deliveries, rows, { condition }));
  }

  #rowAfter(delivery: ClaimedDelivery, { isDelivered, responseStatus, error }: CallbackAnswer) {
    const { id } = delivery;
    const [now, attempts] = [new Date(), delivery.attempts + 1];
    const told = { id, attempts, responseStatus, error };
    if (isDelivered) return { ...told, status: 'delivered' as const, nextAttemptAt: null, deliveredAt: now };
    const delay = retryDelay(this.options.callbackRetryDelays, attempts);
    if (delay === undefined) return { ...told, status: 'failed' as const, nextAttemptAt: null, deliveredAt: null };
    const nextAttemptAt = new Date(now.getTime() + delay);
    return { ...told, status: 'pending' as const, nextAttemptAt, deliveredAt: null };
  }
}
