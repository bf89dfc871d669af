import { Injectable } from '@nestjs/common';
import { Repository } from 'typeorm';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { ValidationError } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphTemplateCreated } from '../graph/graph-api.types.js';
import { idIn, type JsonObject } from '../graph/json-object.js';
import { checkTemplateDraft, checkTemplateEdit } from './drafts/template-draft-rules.js';
import { settingsForMeta, type TemplateDraft, type TemplateEdit } from './drafts/template-draft.js';
import { TemplateStore } from './template-store.js';
import { TemplateSync } from './template-sync.js';
import { TemplateEntity } from './template.entity.js';

/** Creates, edits and deletes templates at Meta and keeps the stored ones in step. */
@Injectable()
export class TemplateAuthoring {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly credentials: AccountCredentials,
    private readonly templateSync: TemplateSync,
    private readonly store: TemplateStore,
    private readonly graph: GraphApiClient,
  ) {}

  async create(account: BusinessAccountEntity, draft: TemplateDraft): Promise<TemplateEntity> {
    refuse(checkTemplateDraft(draft));
    const { name, language, components } = draft;
    const created = await this.graph.post([account.businessAccountId, 'message_templates'], {
      credential: await this.credentials.of(account.businessAccountId),
      body: {
        name,
        language,
        category: draft.category,
        parameter_format: draft.parameterFormat,
        components,
        ...settingsForMeta(draft),
      },
      read: createdTemplate,
    });
    // Meta may have moved it to another category, which has another price: its answer counts, not the draft.
    await this.store.store(account.id, [
      {
        id: created.id,
        name,
        language,
        status: created.status ?? 'PENDING',
        category: created.category ?? draft.category,
        parameter_format: draft.parameterFormat,
        components,
      },
    ]);
    return this.templates.findOneByOrFail({ accountId: account.id, templateId: created.id });
  }

  async edit(account: BusinessAccountEntity, template: TemplateEntity, edit: TemplateEdit): Promise<TemplateEntity> {
    refuse(checkTemplateEdit(template, edit));
    // Meta takes this one with the category alone.
    const category = edit.category ?? (edit.ctaUrlLinkTrackingOptedOut === undefined ? undefined : template.category);
    await this.graph.post([template.templateId], {
      credential: await this.credentials.of(account.businessAccountId),
      body: { components: edit.components, category, ...settingsForMeta(edit) },
    });
    await this.templateSync.refresh(account, template.name);
    return this.templates.findOneByOrFail({ id: template.id });
  }

  async delete(account: BusinessAccountEntity, { id, templateId, name }: TemplateEntity): Promise<void> {
    const credential = await this.credentials.of(account.businessAccountId);
    const query = { hsm_id: templateId, name };
    await this.graph.delete([account.businessAccountId, 'message_templates'], { credential, query });
    await this.templates.update(id, { status: 'DELETED' });
  }
}

/** @throws Error without the template's id */
function createdTemplate(answer: JsonObject): GraphTemplateCreated {
  return { id: idIn(answer), status: text(answer['status']), category: text(answer['category']) };
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function refuse(problems: ReturnType<typeof checkTemplateDraft>): void {
  if (problems.length > 0) throw new ValidationError(problems);
}
