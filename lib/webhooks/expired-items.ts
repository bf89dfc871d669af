import { Injectable } from '@nestjs/common';
import { In, LessThanOrEqual, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { type Expired, Retention } from '../process/retention.js';
import { WebhookItemEntity } from './webhook-item.entity.js';

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Deletes items that could not be applied once they were kept long enough. */
@Injectable()
export class ExpiredItems {
  constructor(
    @InjectWhatsAppRepository(WebhookItemEntity) private readonly items: Repository<WebhookItemEntity>,
    retention: Retention,
  ) {
    retention.add('webhookItems', (expired) => this.delete(expired));
  }

  async delete({ until, signal }: Expired): Promise<void> {
    while (!signal.aborted) {
      const rows = await this.items.find({
        select: { id: true },
        where: { receivedAt: LessThanOrEqual(until) },
        order: { receivedAt: 'ASC' },
        take: BATCH_SIZE,
      });
      if (rows.length === 0) return;
      await retryOnDeadlock(() => this.items.delete({ id: In(rows.map(({ id }) => id)) }));
    }
  }
}
