import { Injectable } from '@nestjs/common';
import { LessThanOrEqual, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { retryOnDeadlock } from '../../store/retry-on-deadlock.js';
import { normalizeLanguage } from '../../templates/template-store.js';
import { TemplateEntity } from '../../templates/template.entity.js';
import { type AccountChange, requiredText, reportedUntil } from './field-update.js';
import { MetaRefetches } from './meta-refetches.js';

/** A template as its webhooks name it. */
export interface ToldTemplate {
  /** Meta's id. */
  readonly templateId: string;
  readonly name: string;
  /** As Meta's list has it: `en_US`, not `en-US`. */
  readonly language: string;
}

type TemplateNews = Partial<Pick<TemplateEntity, 'status' | 'category' | 'qualityScore' | 'rejectedReason'>>;

/** @throws WebhookItemError */
export function templateOf({ value }: AccountChange): ToldTemplate {
  return {
    templateId: requiredText(value['message_template_id'], 'message_template_id'),
    name: requiredText(value['message_template_name'], 'message_template_name'),
    language: normalizeLanguage(requiredText(value['message_template_language'], 'message_template_language')),
  };
}

/** Writes down what webhooks tell of templates, in whatever order they come. */
@Injectable()
export class ToldTemplates {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly refetches: MetaRefetches,
  ) {}

  /**
   * What was told later, or fetched since, stays; then, and of what happened within the same second, Meta itself is asked.
   * @returns the template as it is now, if it is known
   */
  async tell(change: AccountChange, told: ToldTemplate, news: TemplateNews): Promise<TemplateEntity | null> {
    const { account } = change;
    const until = reportedUntil(change);
    const template = await this.#find(account.id, told);
    if (!template || template.syncedAt.getTime() > until.getTime() - 1_000) this.refetches.template(account, told.name);
    if (!template) return null;
    await retryOnDeadlock(() =>
      this.templates.update(
        { id: template.id, syncedAt: LessThanOrEqual(until) },
        { ...news, syncedAt: secondOf(until) },
      ),
    );
    return this.templates.findOneBy({ id: template.id });
  }

  async #find(accountId: number, { templateId, name, language }: ToldTemplate): Promise<TemplateEntity | null> {
    const byId = await this.templates.findOneBy({ accountId, templateId });
    return byId ?? this.templates.findOneBy({ accountId, name, language });
  }
}

/** Its beginning, so that what is told of the same second is taken too. */
const secondOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1_000) * 1_000);
