import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../database/repositories.js';
import { retryOnDeadlock } from '../../database/retry-on-deadlock.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { BulkChunks } from '../bulk-chunks.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkWaker } from '../bulk-waker.js';
import { goingOn } from './going-on.js';

/** Bulk sends follow their template: paused while Meta lets nobody send it, and going on when it does again. */
@Injectable()
export class TemplateHolds {
  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly chunks: BulkChunks,
    private readonly waker: BulkWaker,
  ) {}

  /** @param reason why Meta stopped it, if it says so */
  async follow(template: Pick<TemplateEntity, 'id' | 'name' | 'status'>, reason?: string): Promise<void> {
    if (template.status === 'APPROVED') await this.#resume(template.id);
    else await this.#pause(template, reason);
  }

  async #pause({ id: templateId, name, status }: Pick<TemplateEntity, 'id' | 'name' | 'status'>, reason?: string) {
    const waitingMessage = `Template "${name}" is ${status}${reason === undefined ? '.' : `: ${reason}`}`;
    const { affected } = await retryOnDeadlock(() =>
      this.bulkSends.update(
        { templateId, status: In(['QUEUED', 'PROCESSING']) },
        { status: 'PAUSED', waitingReason: 'template_paused', waitingUntil: null, waitingMessage },
      ),
    );
    if (affected) this.logger.warn(`Bulk sends are paused (${affected}): ${waitingMessage}`);
  }

  async #resume(templateId: number): Promise<void> {
    const waiting = { templateId, status: 'PAUSED' as const, waitingReason: 'template_paused' as const };
    for (const bulkSend of await this.bulkSends.findBy(waiting)) {
      const { id, templateName } = bulkSend;
      const { affected } = await retryOnDeadlock(() => this.bulkSends.update({ id, ...waiting }, goingOn(bulkSend)));
      if (affected !== 1) continue;
      await this.chunks.hurry(id);
      this.waker.wake();
      this.logger.log(`Bulk send ${id} goes on: template "${templateName}" can be sent again.`);
    }
  }
}
