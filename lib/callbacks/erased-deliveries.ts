import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, IsNull, Like, Repository } from 'typeorm';
import { inList } from '../store/in-list.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { CallbackDeliveryEntity } from './callback-delivery.entity.js';

/** Rows in one statement. */
const BATCH_SIZE = 500;

/** Removes what was told of people who are erased. */
@Injectable()
export class ErasedDeliveries {
  constructor(
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
  ) {}

  /**
   * @param contactId null for somebody who is no contact
   * @param names the person's numbers and ids, as callbacks tell them: of a message to somebody who was no contact then
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
