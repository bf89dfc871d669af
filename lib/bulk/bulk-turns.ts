import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { retryOnDeadlock } from '../database/retry-on-deadlock.js';
import { BulkSendEntity } from './bulk-send.entity.js';

/** Whose turn it is: of the bulk sends of a number the one that was served longest ago. */
@Injectable()
export class BulkTurns {
  constructor(@InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>) {}

  /** A chunk of the bulk send is being sent: whatever it waited for is over. */
  async begin(id: string): Promise<void> {
    const now = new Date();
    await retryOnDeadlock(() =>
      this.bulkSends
        .createQueryBuilder()
        .update()
        .set({
          status: 'PROCESSING',
          servedAt: now,
          startedAt: () => 'COALESCE(started_at, :now)',
          waitingReason: null,
          waitingUntil: null,
          waitingMessage: null,
        })
        .where({ id, status: In(['QUEUED', 'PROCESSING']) })
        .setParameter('now', now.getTime())
        .execute(),
    );
  }
}
