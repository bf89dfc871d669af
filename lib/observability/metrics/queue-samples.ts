import { Injectable } from '@nestjs/common';
import { In, MoreThan, Repository } from 'typeorm';
import { SendingPauses } from '../../accounts/sending-pauses.js';
import { BulkSendEntity } from '../../bulk/bulk-send.entity.js';
import { CallbackDeliveryEntity } from '../../callbacks/callback-delivery.entity.js';
import { CallbackEntity } from '../../callbacks/callback.entity.js';
import { inList } from '../../store/in-list.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import type { Sample } from './gauges.js';

/** Those of a bulk send that has not ended. */
const UNENDED = ['SCHEDULED', 'QUEUED', 'PROCESSING', 'PAUSED'] as const satisfies readonly BulkSendEntity['status'][];

const EPOCH = new Date(0);

/** What waits. */
@Injectable()
export class QueueSamples {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(CallbackEntity) private readonly callbacks: Repository<CallbackEntity>,
    @InjectWhatsAppRepository(CallbackDeliveryEntity) private readonly deliveries: Repository<CallbackDeliveryEntity>,
    private readonly pauses: SendingPauses,
  ) {}

  /** From the counters of the bulk sends: no message is looked at. */
  async bulk(): Promise<Sample[]> {
    const rows: BulkRow[] = await this.bulkSends
      .createQueryBuilder('bulk')
      .select('bulk.status', 'status')
      .addSelect('COUNT(*)', 'count')
      .addSelect('SUM(bulk.uniqueRecipients - bulk.sentCount - bulk.failedCount - bulk.unconfirmedCount)', 'pending')
      .where({ status: In([...UNENDED]) })
      .groupBy('bulk.status')
      .getRawMany();
    return UNENDED.flatMap((status): Sample[] => {
      const row = rows.find((candidate) => candidate.status === status);
      const labels = { status: status.toLowerCase() };
      return [
        { gauge: 'bulk_sends', labels, value: Number(row?.count ?? 0) },
        { gauge: 'bulk_pending_messages', labels, value: Number(row?.pending ?? 0) },
      ];
    });
  }

  async paused(): Promise<Sample[]> {
    const pauses = await this.pauses.list();
    return (['number', 'account'] as const).map((scope) => {
      const value = pauses.filter((pause) => pause.scope === scope).length;
      return { gauge: 'sending_pauses', labels: { scope }, value };
    });
  }

  async callbacksPending(): Promise<Sample[]> {
    const workspaces = await this.callbacks.find({ select: { workspaceId: true } });
    // By workspace and time, as the index has them: those that are done have no time.
    const workspaceId = inList(
      this.callbacks,
      workspaces.map((callback) => callback.workspaceId),
    );
    const value = await this.deliveries.countBy({ workspaceId, nextAttemptAt: MoreThan(EPOCH) });
    return [{ gauge: 'callbacks_pending', labels: {}, value }];
  }
}

interface BulkRow {
  readonly status: string;
  readonly count: string | number;
  readonly pending: string | number | null;
}
