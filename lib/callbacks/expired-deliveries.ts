import { Injectable } from '@nestjs/common';
import { And, LessThanOrEqual, MoreThan, Repository } from 'typeorm';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { type Expired, Retention } from '../process/retention.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Milliseconds for which those that failed stay longer, for somebody may want to send them again. */
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
