import { Inject, Injectable, type LoggerService } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry-on-deadlock.js';
import { WHATSAPP_LOGGER } from '../../logger.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { BulkWaker } from '../bulk-waker.js';
import { TemplateReapproval } from './template-reapproval.js';

/** Bulk sends follow their template: paused while Meta lets nobody send it, and going on when it does again. */
@Injectable()
export class TemplateHolds {
  constructor(
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    private readonly approvedAgain: TemplateReapproval,
    private readonly waker: BulkWaker,
  ) {}

  /** @param reason why Meta stopped it, if it says so */
  async follow(template: Pick<TemplateEntity, 'id' | 'name' | 'status'>, reason?: string): Promise<void> {
    if (template.status !== 'APPROVED') await this.#pause(template, reason);
    else if (await this.approvedAgain.resume(template.id)) this.waker.wake();
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
}
