import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry-on-deadlock.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import { BulkChunks } from '../bulk-chunks.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { resumedState } from './resumed-state.js';

/** Lets bulk sends go on that wait for their template alone; those that a person paused stay so. */
@Injectable()
export class TemplateReapproval {
  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly chunks: BulkChunks,
  ) {}

  /** @returns whether any goes on */
  async resume(templateId: number): Promise<boolean> {
    let goesOn = false;
    const waiting = { templateId, status: 'PAUSED' as const, waitingReason: 'template_paused' as const };
    for (const bulkSend of await this.bulkSends.findBy(waiting)) {
      const { id, templateName } = bulkSend;
      const { affected } = await retryOnDeadlock(() =>
        this.bulkSends.update({ id, ...waiting }, resumedState(bulkSend)),
      );
      if (affected !== 1) continue;
      await this.chunks.hurry(id);
      goesOn = true;
      this.logger.log(`Bulk send ${id} goes on: template "${templateName}" can be sent again.`);
    }
    return goesOn;
  }
}
