import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { DeadProcesses } from '../../process/dead-processes.js';
import { ThisProcess } from '../../process/this-process.js';
import { StoredRecipients } from '../accept/stored-recipients.js';
import { BulkSendEntity } from '../bulk-send.entity.js';

/** Removes what a process stored of a request that it did not live to answer. */
@Injectable()
export class AbandonedAcceptances {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly thisProcess: ThisProcess,
    private readonly deadProcesses: DeadProcesses,
    private readonly stored: StoredRecipients,
  ) {}

  async run(): Promise<void> {
    const accepting = await this.bulkSends.findBy({ status: 'ACCEPTING' });
    const living = await this.deadProcesses.known(accepting.map(({ acceptedBy }) => acceptedBy));
    for (const { id, acceptedBy } of accepting) {
      if (!living.has(acceptedBy) && acceptedBy !== this.thisProcess.id) await this.stored.remove(id);
    }
  }
}
