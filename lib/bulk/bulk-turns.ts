import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { BulkLog } from './bulk-log.js';
import { BulkSendEntity } from './bulk-send.entity.js';

/** Whose turn it is: of the bulk sends of a number the one that was served longest ago. */
@Injectable()
export class BulkTurns {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly log: BulkLog,
  ) {}

  /** A chunk of the bulk send is being sent: whatever it waited for is over. */
  async begin(id: string): Promise<void> {
    const now = new Date();
    const served = { servedAt: now, status: 'PROCESSING' as const };
    const goesOn = { ...served, waitingReason: null, waitingUntil: null, waitingMessage: null };
    // Each only where it changes something: of several processes the one that did it says so.
    if (await this.#change({ id, startedAt: IsNull() }, { ...goesOn, startedAt: now })) return this.log.begins(id);
    if (await this.#change({ id, waitingReason: Not(IsNull()) }, goesOn)) return this.log.goesOn(id);
    await this.#change({ id }, served);
  }

  async #change(which: FindOptionsWhere<BulkSendEntity>, change: Partial<BulkSendEntity>): Promise<boolean> {
    const where = { ...which, status: In<BulkSendEntity['status']>(['QUEUED', 'PROCESSING']) };
    const { affected } = await retryOnDeadlock(() => this.bulkSends.update(where, change));
    return affected === 1;
  }
}
