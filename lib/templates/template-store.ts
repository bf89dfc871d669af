import { Inject, Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, LessThan, LessThanOrEqual, MoreThan, Not, Repository } from 'typeorm';
import { LIVE_FEED, type LiveFeed } from '../live-feed.js';
import { Facts } from '../store/facts.js';
import { updateRows } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { retryOnDeadlock } from '../store/retry.js';
import type { GraphTemplate } from '../graph/graph-api.types.js';
import type { TemplateComponent } from './template-component.js';
import { TemplateEntity } from './template.entity.js';

const BATCH = 100;

/** Writes what Meta says of templates to the database. */
@Injectable()
export class TemplateStore {
  constructor(
    @InjectWhatsAppRepository(TemplateEntity) private readonly templates: Repository<TemplateEntity>,
    private readonly facts: Facts,
    @Inject(LIVE_FEED) private readonly feed: LiveFeed,
  ) {}

  /** The moment that a listing begins at: after all that is known by now, though Meta's clock be ahead of this one. */
  async listingTime(accountId: number, name?: string): Promise<Date> {
    const now = new Date();
    const newest = await this.templates.findOne({
      select: { id: true, syncedAt: true },
      where: { accountId, ...(name !== undefined && { name }), syncedAt: MoreThan(now) },
      order: { syncedAt: 'DESC' },
    });
    return newest?.syncedAt ?? now;
  }

  /** @param listedAt when the listing began; what was reported or stored since is newer, and stays */
  async store(
    accountId: number,
    fetched: readonly GraphTemplate<TemplateComponent>[],
    listedAt: Date = new Date(),
  ): Promise<void> {
    const createdAt = new Date();
    const rows = fetched.map((template) => ({ ...toColumns(template), accountId, syncedAt: listedAt, createdAt }));
    // A page that shifts while it is listed has a template twice, which Postgres refuses in one statement.
    const distinct = [...new Map(rows.map((row) => [templateKey(row), row])).values()];
    for (let from = 0; from < distinct.length; from += BATCH) {
      const batch = distinct.slice(from, from + BATCH);
      const insert = this.templates.createQueryBuilder().insert().values(batch).orUpdate(['account_id'], UNIQUE);
      // A refresh and a lookup may write the same templates at once.
      await retryOnDeadlock(() => insert.execute());
      await this.#update(accountId, batch, listedAt);
    }
    this.#note(accountId);
  }

  async #update(accountId: number, fetched: readonly FetchedColumns[], listedAt: Date): Promise<void> {
    const columnsOf = new Map(fetched.map((row) => [templateKey(row), row]));
    const known = await this.templates.find({
      select: { id: true, name: true, language: true },
      where: { accountId, name: In(fetched.map(({ name }) => name)), syncedAt: LessThanOrEqual(listedAt) },
      order: { id: 'ASC' },
    });
    const rows = known.flatMap((row) => {
      const columns = columnsOf.get(templateKey(row));
      return columns ? [{ id: row.id, ...newsOf(columns) }] : [];
    });
    const condition = { sql: 'target.synced_at <= :listedAt', parameters: { listedAt: listedAt.getTime() } };
    const shared = { syncedAt: listedAt };
    await this.facts.write(updateRows(this.templates, rows, { condition, shared }));
  }

  /**
   * Marks as deleted what Meta no longer lists; what was stored since `listedAt` is newer than the listing.
   * @param name of which alone the templates were listed; all names when left out
   */
  async markDeleted(accountId: number, stillThere: ReadonlySet<string>, listedAt: Date, name?: string): Promise<void> {
    const ofName = name !== undefined && { name };
    const before = await this.templates.find({
      where: { accountId, ...ofName, syncedAt: LessThan(listedAt), status: Not('DELETED') },
      select: { id: true, templateId: true },
    });
    const gone = before.filter(({ templateId }) => !stillThere.has(templateId)).map(({ id }) => id);
    for (let from = 0; from < gone.length; from += BATCH) {
      await this.setStatus({ id: In(gone.slice(from, from + BATCH)) }, 'DELETED');
    }
    if (gone.length > 0) this.#note(accountId);
  }

  #note(accountId: number): void {
    this.feed.note([{ kind: 'template', accountId }]);
  }

  /** Writes down a status that is known without a listing. */
  async setStatus(where: FindOptionsWhere<TemplateEntity>, status: string): Promise<void> {
    await this.facts.write(this.templates.createQueryBuilder().update().set({ status }).where(where));
  }
}

const UNIQUE = ['account_id', 'name', 'language'];

type FetchedColumns = ReturnType<typeof toColumns>;

const templateKey = ({ name, language }: Pick<TemplateEntity, 'name' | 'language'>): string => `${name} ${language}`;

/** What may have changed of a template that is known. */
const newsOf = ({
  templateId,
  status,
  category,
  parameterFormat,
  components,
  qualityScore,
  rejectedReason,
}: FetchedColumns) => ({ templateId, status, category, parameterFormat, components, qualityScore, rejectedReason });

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
