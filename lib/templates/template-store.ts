import { Injectable } from '@nestjs/common';
import { In, LessThan, Not, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { retryOnDeadlock } from '../database/retry-on-deadlock.js';
import type { GraphTemplate } from '../graph/graph-api.types.js';
import type { TemplateComponent } from './template-component.js';
import { TemplateEntity } from './template.entity.js';

const BATCH = 100;

/** Writes what Meta says of templates to the database. */
@Injectable()
export class TemplateStore {
  constructor(@InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>) {}

  async store(accountId: number, fetched: readonly GraphTemplate<TemplateComponent>[]): Promise<void> {
    const now = new Date();
    const rows = fetched.map((template) => ({ ...toColumns(template), accountId, syncedAt: now, createdAt: now }));
    // A page that shifts while it is listed tells a template twice, which Postgres refuses in one statement.
    const distinct = [...new Map(rows.map((row) => [`${row.name} ${row.language}`, row])).values()];
    for (let from = 0; from < distinct.length; from += BATCH) {
      const batch = this.templates
        .createQueryBuilder()
        .insert()
        .values(distinct.slice(from, from + BATCH))
        .orUpdate(STORED_COLUMNS, ['account_id', 'name', 'language']);
      // A refresh and a lookup may write the same templates at once.
      await retryOnDeadlock(() => batch.execute());
    }
  }

  /** Marks as deleted what Meta no longer lists; what was stored since `listedAt` is newer than the listing. */
  async markDeleted(accountId: number, stillThere: ReadonlySet<string>, listedAt: Date): Promise<void> {
    const before = await this.templates.find({
      where: { accountId, syncedAt: LessThan(listedAt), status: Not('DELETED') },
      select: { id: true, templateId: true },
    });
    const gone = before.filter(({ templateId }) => !stillThere.has(templateId)).map(({ id }) => id);
    for (let from = 0; from < gone.length; from += BATCH) {
      const ids = gone.slice(from, from + BATCH);
      await retryOnDeadlock(() => this.templates.update({ id: In(ids) }, { status: 'DELETED' }));
    }
  }
}

const STORED_COLUMNS = [
  'template_id',
  'status',
  'category',
  'parameter_format',
  'components',
  'quality_score',
  'rejected_reason',
  'synced_at',
];

/** Meta's webhooks write `en-US` where its API writes `en_US`. */
export const normalizeLanguage = (language: string): string => language.replace('-', '_');

function toColumns(template: GraphTemplate<TemplateComponent>) {
  return {
    templateId: template.id,
    name: template.name,
    language: normalizeLanguage(template.language),
    status: (template.status ?? 'UNKNOWN').toUpperCase(),
    category: (template.category ?? 'UNKNOWN').toUpperCase(),
    parameterFormat:
      template.parameter_format?.toUpperCase() === 'NAMED' ? ('NAMED' as const) : ('POSITIONAL' as const),
    components: template.components ?? [],
    qualityScore: template.quality_score?.score ?? null,
    rejectedReason: template.rejected_reason ?? null,
  };
}
