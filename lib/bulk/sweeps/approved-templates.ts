import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { TemplateEntity } from '../../templates/template.entity.js';
import { BulkSendEntity } from '../bulk-send.entity.js';
import { TemplateReapproval } from '../control/template-reapproval.js';

/** Milliseconds between two looks. */
const INTERVAL_MS = 2_000;

/** Lets bulk sends go on whose template is approved again, whoever noticed it: a sync or a lookup follows nothing itself. */
@Injectable()
export class ApprovedTemplates {
  #nextLook = 0;

  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly approvedAgain: TemplateReapproval,
  ) {}

  async run(): Promise<void> {
    if (performance.now() < this.#nextLook) return;
    this.#nextLook = performance.now() + INTERVAL_MS;
    const waiting = await this.bulkSends.find({
      select: { id: true, templateId: true },
      where: { status: 'PAUSED', waitingReason: 'template_paused' },
    });
    if (waiting.length === 0) return;
    const id = In([...new Set(waiting.map(({ templateId }) => templateId))]);
    const approved = await this.templates.find({ select: { id: true }, where: { id, status: 'APPROVED' } });
    for (const template of approved) await this.approvedAgain.resume(template.id);
  }
}
