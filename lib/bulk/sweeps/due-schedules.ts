import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { BulkSendEntity } from '../bulk-send.entity.js';

/** Lets bulk sends begin whose time has come. */
@Injectable()
export class DueSchedules {
  constructor(@InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>) {}

  async run(): Promise<void> {
    await this.bulkSends.update(
      { status: 'SCHEDULED', waitingUntil: LessThanOrEqual(new Date()) },
      { status: 'QUEUED', waitingReason: null, waitingUntil: null, waitingMessage: null },
    );
  }
}
