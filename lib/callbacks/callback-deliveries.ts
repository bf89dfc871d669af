import { Injectable } from '@nestjs/common';
import { In, MoreThanOrEqual, Repository } from 'typeorm';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { pageProblems } from '../page-problems.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';
import { CALLBACK_EVENTS } from './callback.entity.js';
import { deliveryIdOfKey } from './callback-outbox.js';
import {
  type CallbackDelivery,
  type CallbackDeliveryPage,
  type ListCallbackDeliveries,
  viewOfDelivery,
} from './callbacks.inputs.js';
import { isUuid } from '../identifier.js';

/** Rows in one statement. */
const BATCH_SIZE = 500;

const STATUSES: ReadonlySet<unknown> = new Set(['pending', 'delivered', 'failed']);
const EVENTS: ReadonlySet<unknown> = new Set(CALLBACK_EVENTS);

/** A workspace's deliveries, as it sees them. */
@Injectable()
export class CallbackDeliveries {
  constructor(
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /** Newest first. @throws ValidationError */
  async list(workspaceId: number, asked: Omit<ListCallbackDeliveries, 'workspace'>): Promise<CallbackDeliveryPage> {
    const { status, event, page = 1, pageSize = 20 } = asked;
    const problems = listProblems(asked);
    if (problems.length > 0) throw new ValidationError(problems);
    const [items, total] = await this.deliveries.findAndCount({
      where: { workspaceId, ...(status !== undefined && { status }), ...(event !== undefined && { event }) },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    });
    return { items: items.map(viewOfDelivery), total };
  }

  /** @throws NotFoundError `CALLBACK_DELIVERY_NOT_FOUND` */
  async find(workspaceId: number, id: string): Promise<CallbackDeliveryEntity> {
    const delivery = isUuid(id) ? await this.deliveries.findOneBy({ id: id.toLowerCase(), workspaceId }) : null;
    if (delivery) return delivery;
    throw new NotFoundError('CALLBACK_DELIVERY_NOT_FOUND', `There is no delivery of a callback ${id}.`);
  }

  /** Those of the facts with these keys, the oldest first. */
  async ofKeys(workspaceId: number, keys: readonly string[]): Promise<CallbackDelivery[]> {
    const rows = await this.deliveries.find({
      where: { workspaceId, id: inList(this.deliveries, keys.map(deliveryIdOfKey)) },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return rows.map(viewOfDelivery);
  }

  /** Has one made again from its start; one that waits for its next try need not wait. One on its way stays that. */
  async resend(workspaceId: number, id: string): Promise<CallbackDeliveryEntity> {
    const { id: known } = await this.find(workspaceId, id);
    await retryOnDeadlock(() => this.deliveries.update({ id: known, status: In(['delivered', 'failed']) }, again()));
    return this.find(workspaceId, known);
  }

  /** Has all that failed made again, each once, though it may have failed again before the others' turn. @returns how many */
  async resendFailed(workspaceId: number): Promise<number> {
    let last: Pick<CallbackDeliveryEntity, 'id' | 'createdAt'> = { id: '', createdAt: new Date(0) };
    for (let total = 0; ;) {
      const { id, createdAt } = last;
      const rows = await this.deliveries
        .createQueryBuilder('delivery')
        .select(['delivery.id', 'delivery.createdAt'])
        .where({ workspaceId, status: 'failed', createdAt: MoreThanOrEqual(createdAt) })
        .andWhere('(delivery.createdAt > :after OR delivery.id > :id)', { after: createdAt.getTime(), id })
        .orderBy({ 'delivery.createdAt': 'ASC', 'delivery.id': 'ASC' })
        .limit(BATCH_SIZE)
        .getMany();
      const ids = rows.map((row) => row.id);
      last = rows.at(-1) ?? last;
      if (ids.length === 0) return total;
      const still = { id: inList(this.deliveries, ids), status: 'failed' as const };
      const { affected } = await retryOnDeadlock(() => this.deliveries.update(still, again()));
      total += affected ?? 0;
    }
  }
}

const again = () =>
  ({
    status: 'pending',
    attempts: 0,
    nextAttemptAt: new Date(),
    responseStatus: null,
    error: null,
    deliveredAt: null,
  }) as const;

const problem = (path: string, message: string): ValidationProblem => ({ path, message });

function listProblems({ status, event, page = 1, pageSize = 20 }: ListCallbackDeliveries): ValidationProblem[] {
  return [
    ...(status === undefined || STATUSES.has(status)
      ? []
      : [problem('status', `must be one of ${[...STATUSES].join(', ')}.`)]),
    ...(event === undefined || EVENTS.has(event)
      ? []
      : [problem('event', `must be one of ${CALLBACK_EVENTS.join(', ')}.`)]),
    ...pageProblems(page, pageSize),
  ];
}
