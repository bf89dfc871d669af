import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { TemplateStore } from '../templates/template-store.js';
import { TemplateEntity } from '../templates/template.entity.js';
import { BulkSendEntity } from './bulk-send.entity.js';
import { BulkChunks } from './dispatch/chunks.js';
import { BulkLifecycle, PAUSED_WITH_TEMPLATE } from './lifecycle.js';

/** Status of a template at Meta by the error that a message with it is refused with. */
const STATUS_BY_CODE: Readonly<Record<string, string>> = {
  132001: 'DELETED',
  132015: 'PAUSED',
  132016: 'DISABLED',
};

/** Why Meta refuses a template, with its error code. */
interface TemplateRefusal {
  readonly code: string | null;
  readonly message: string;
}

/** Keeps bulk sends in step with their template: paused while Meta refuses it, resumed when it is approved again. */
@Injectable()
export class TemplatePauses {
  constructor(
    @InjectWhatsAppRepository(BulkSendEntity) private readonly bulkSends: Repository<BulkSendEntity>,
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly chunks: BulkChunks,
    private readonly lifecycle: BulkLifecycle,
    private readonly store: TemplateStore,
  ) {}

  /**
   * Follows the status that Meta reported.
   * @param reason of Meta, if it gave one
   * @returns whether a bulk send was resumed
   */
  async follow({ id, name, status }: FollowedTemplate, reason?: string): Promise<boolean> {
    if (status === 'APPROVED') return this.resume(id);
    const message = `Template "${name}" is ${status}${reason === undefined ? '.' : `: ${reason}`}`;
    await this.lifecycle.pauseWithTemplate({ templateId: id }, message);
    return false;
  }

  /** Pauses one bulk send after a refusal over its template. */
  async pauseOne({ id, templateId }: Pick<BulkSendEntity, 'id' | 'templateId'>, refusal: TemplateRefusal) {
    await this.#noteStatus(templateId, refusal);
    await this.lifecycle.pauseWithTemplate({ id }, refusal.message);
  }

  /** Pauses all bulk sends of a template. */
  async pauseAll(templateId: number, refusal: TemplateRefusal): Promise<void> {
    await this.#noteStatus(templateId, refusal);
    await this.lifecycle.pauseWithTemplate({ templateId }, refusal.message);
  }

  /** Resumes those with a template that was approved by a sync or a lookup, which resume nothing themselves. */
  async resumeApproved(): Promise<void> {
    const paused = await this.bulkSends.find({
      select: { id: true, templateId: true },
      where: PAUSED_WITH_TEMPLATE,
    });
    if (paused.length === 0) return;
    const id = In([...new Set(paused.map(({ templateId }) => templateId))]);
    const approved = await this.templates.find({ select: { id: true }, where: { id, status: 'APPROVED' } });
    for (const template of approved) await this.resume(template.id);
  }

  /** @returns whether any was resumed */
  async resume(templateId: number): Promise<boolean> {
    let isAnyResumed = false;
    for (const bulkSend of await this.bulkSends.findBy({ ...PAUSED_WITH_TEMPLATE, templateId })) {
      if (!(await this.lifecycle.resumeWithTemplate(bulkSend))) continue;
      await this.chunks.makeDue(bulkSend.id);
      isAnyResumed = true;
    }
    return isAnyResumed;
  }

  /** As Meta has it now: the next lookup of the template asks Meta again. */
  async #noteStatus(id: number, { code }: TemplateRefusal): Promise<void> {
    const status = STATUS_BY_CODE[code ?? ''];
    if (status) await this.store.setStatus({ id, status: 'APPROVED' }, status);
  }
}

type FollowedTemplate = Pick<TemplateEntity, 'id' | 'name' | 'status'>;
