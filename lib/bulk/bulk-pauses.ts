import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry-on-deadlock.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { BulkLog } from './bulk-log.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import type { BulkWaitingReason } from './bulk-send.js';
import type { HoldReason } from './send/message-outcome.js';

const TEMPLATE_STATUS: Readonly<Record<string, string>> = { 132001: 'DELETED', 132015: 'PAUSED', 132016: 'DISABLED' };

const UNDER_WAY = In<BulkSendEntity['status']>(['QUEUED', 'PROCESSING']);

type PausedBulkSend = Pick<BulkSendEntity, 'id' | 'templateId'>;

/** Stops bulk sends over an error that every further message of theirs would meet, until somebody or Meta lets them go on. */
@Injectable()
export class BulkPauses {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly log: BulkLog,
  ) {}

  /** @param isTemplate whether it is about the template, and not about this bulk send alone */
  async pause({ id, templateId }: PausedBulkSend, hold: HoldReason, isTemplate: boolean): Promise<void> {
    await this.#noteStatus(templateId, hold);
    await this.#pause({ id }, hold, isTemplate ? 'template_paused' : 'paused');
  }

  /** Pauses all bulk sends of a template. */
  async pauseOfTemplate(templateId: number, hold: HoldReason): Promise<void> {
    await this.#noteStatus(templateId, hold);
    await this.#pause({ templateId }, hold, 'template_paused');
  }

  /** As Meta sees it now: whoever asks for the template next looks it up there again. */
  async #noteStatus(id: number, { code }: HoldReason): Promise<void> {
    const status = TEMPLATE_STATUS[code ?? ''];
    if (status) await this.templates.update({ id, status: 'APPROVED' }, { status });
  }

  async #pause(
    which: FindOptionsWhere<BulkSendEntity>,
    { message: waitingMessage }: HoldReason,
    waitingReason: BulkWaitingReason,
  ): Promise<void> {
    const paused = { status: 'PAUSED' as const, waitingReason, waitingUntil: null, waitingMessage };
    for (const { id } of await this.bulkSends.find({ select: { id: true }, where: { ...which, status: UNDER_WAY } })) {
      const { affected } = await retryOnDeadlock(() => this.bulkSends.update({ id, status: UNDER_WAY }, paused));
      if (affected === 1) this.log.isPaused(id, waitingMessage);
    }
  }
}
