import { toUSVString } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { type DataSource, MoreThan, Repository } from 'typeorm';
import { type InWorkspace, WorkspacesService } from '../accounts/workspaces.service.js';
import { inList } from '../store/dialect.js';
import { runInTransaction } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { updateRows } from '../store/json-rows.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, change } from '../store/statement.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { NotFoundError, type ValidationProblem, ValidationError } from '../errors.js';
import { pageProblems } from '../page-problems.js';
import { ContactCategoryEntity, type ContactCategoryKind } from './contact-category.entity.js';
import { NO_COMMA } from './contact-fields.js';
import { inGroup } from './contact-list.js';
import { ContactEntity } from './contact.entity.js';
import { isRowId } from '../identifier.js';

/**
 * A group, status or source as its workspace names it.
 *
 * @publicApi
 */
export interface ContactCategoryFields {
  /** 1 to 100 characters, that no other of the workspace has; of a group without commas. */
  readonly name: string;
  /** For people who see it, such as `#22c55e`: at most 32 characters. */
  readonly color?: string | null;
}

/**
 * A page of a workspace's groups, statuses or sources.
 *
 * @publicApi
 */
export interface ListContactCategories extends InWorkspace {
  /** From 1, which is the default. */
  readonly page?: number;
  /** 1 to 100, 20 by default. */
  readonly pageSize?: number;
}

/**
 * A group, status or source of a workspace's contacts.
 *
 * @publicApi
 */
export interface WhatsAppContactCategory {
  /** Row id, by which contacts refer to a status or source. */
  readonly id: number;
  /** Unique in the workspace; contacts refer to a group by it. */
  readonly name: string;
  /** For people who see it, such as `#22c55e`. */
  readonly color: string | null;
  /** When it was created. */
  readonly createdAt: Date;
  /** When name or color last changed. */
  readonly updatedAt: Date;
}

const viewOfCategory = (category: ContactCategoryEntity): WhatsAppContactCategory => ({
  id: category.id,
  name: category.name,
  color: category.color,
  createdAt: category.createdAt,
  updatedAt: category.updatedAt,
});

/**
 * A page of groups, statuses or sources.
 *
 * @publicApi
 */
export interface ContactCategoryPage {
  /** By name. */
  readonly items: readonly WhatsAppContactCategory[];
  /** Of all pages. */
  readonly total: number;
}

/** The name is another one's already. */
const TAKEN: ValidationProblem = { path: 'name', message: 'The name has already been taken.' };

/** Contacts that are changed by one transaction when their group is. */
const BATCH_SIZE = 500;

/**
 * What the three kinds have in common.
 *
 * @publicApi
 */
@Injectable()
export abstract class ContactCategoriesService {
  /** @internal */
  protected abstract readonly kind: ContactCategoryKind;

  constructor(
    /** @internal */
    @Inject(WHATSAPP_DATA_SOURCE) protected readonly dataSource: DataSource,
    /** @internal */
    @InjectWhatsAppRepository(ContactCategoryEntity) protected readonly categories: Repository<ContactCategoryEntity>,
    /** @internal */
    @InjectWhatsAppRepository(ContactEntity) protected readonly contacts: Repository<ContactEntity>,
    /** @internal */
    protected readonly workspaces: WorkspacesService,
  ) {}

  /** Returns one page of the categories, by name. @throws ValidationError when the page is invalid */
  async list({ workspace, page = 1, pageSize = 20 }: ListContactCategories = {}): Promise<ContactCategoryPage> {
    const problems = pageProblems(page, pageSize);
    if (problems.length > 0) throw new ValidationError(problems);
    const [items, total] = await this.categories.findAndCount({
      where: { workspaceId: await this.workspaces.idOf(workspace), kind: this.kind },
      order: { name: 'ASC', id: 'ASC' },
      skip: (page - 1) * pageSize,
      take: pageSize,
    });
    return { items: items.map(viewOfCategory), total };
  }

  /** Returns one, by row id. @throws NotFoundError `GROUP_NOT_FOUND`, `STATUS_NOT_FOUND` or `SOURCE_NOT_FOUND` */
  async get(id: number, where: InWorkspace = {}): Promise<WhatsAppContactCategory> {
    return viewOfCategory(await this.#find(id, where));
  }

  async #find(id: number, { workspace }: InWorkspace): Promise<ContactCategoryEntity> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const found = isRowId(id) ? await this.categories.findOneBy({ id, workspaceId, kind: this.kind }) : null;
    if (found) return found;
    throw new NotFoundError(`${this.kind.toUpperCase()}_NOT_FOUND`, `Contact ${this.kind} ${id} not found.`);
  }

  /** Creates one. @throws ValidationError with every problem, also that the name is taken */
  async create(given: ContactCategoryFields, { workspace }: InWorkspace = {}): Promise<WhatsAppContactCategory> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const { name, color = null } = this.#read(given);
    const now = new Date();
    const fields = { workspaceId, kind: this.kind, name, color, createdAt: now, updatedAt: now };
    const created = this.categories.create(fields);
    await unlessTaken(this.categories.insert(created));
    return viewOfCategory(created);
  }

  /** Changes what is given. Contacts stay in a group that is renamed. @throws ValidationError, NotFoundError */
  async update(
    id: number,
    given: Partial<ContactCategoryFields>,
    { workspace }: InWorkspace = {},
  ): Promise<WhatsAppContactCategory> {
    const category = await this.#find(id, { workspace });
    const { name, color } = this.#read({ name: category.name, ...given });
    const changed = { name, ...(color !== undefined && { color }), updatedAt: new Date() };
    await unlessTaken(this.categories.update({ id }, changed));
    if (name !== category.name) await this.changeContacts(category, name);
    return this.get(id, { workspace });
  }

  /** Deletes one. Contacts that have it stay, without it. @throws NotFoundError as `get` */
  async delete(id: number, where: InWorkspace = {}): Promise<void> {
    await this.remove(await this.#find(id, where));
  }

  /** @internal */
  protected abstract remove(category: ContactCategoryEntity): Promise<void>;

  /**
   * @internal
   * @param name the new name of a category that contacts know by its name
   */
  protected abstract changeContacts(category: ContactCategoryEntity, name: string | null): Promise<void>;

  /** Checks the fields at run time, because the types alone enforce nothing. */
  #read(given: { readonly [Field in keyof ContactCategoryFields]?: unknown }): ContactCategoryFields {
    const problems: ValidationProblem[] = [];
    const name = typeof given.name === 'string' ? toUSVString(given.name.trim()) : '';
    if (name === '') problems.push({ path: 'name', message: 'is required: a text of 1 to 100 characters.' });
    if (name.length > 100) problems.push({ path: 'name', message: 'must have at most 100 characters.' });
    if (/\p{Cc}/u.test(name)) problems.push({ path: 'name', message: 'must be without control characters.' });
    if (this.kind === 'group' && name.includes(',')) problems.push({ path: 'name', message: NO_COMMA });
    const color = given.color === '' ? null : given.color;
    const isColor = typeof color === 'string' && color.length <= 32 && /^[#\w(),.% -]+$/.test(color);
    if (color !== undefined && color !== null && !isColor) {
      problems.push({ path: 'color', message: 'must be a color such as #22c55e, of at most 32 characters.' });
    }
    if (problems.length > 0) throw new ValidationError(problems);
    return { name, ...(color !== undefined && { color: isColor ? color : null }) };
  }
}

/**
 * The groups that a workspace's contacts can be in; a contact that is filed in a new one makes it.
 *
 * @publicApi
 */
@Injectable()
export class ContactGroupsService extends ContactCategoriesService {
  /** @internal */
  protected override readonly kind = 'group';

  /** @internal */
  protected override async remove(category: ContactCategoryEntity): Promise<void> {
    await this.changeContacts(category, null);
    await this.categories.delete({ id: category.id });
    // Those that were filed in it meanwhile.
    await this.changeContacts(category, null);
  }

  /** @internal */
  protected override async changeContacts(
    { workspaceId, name: from }: ContactCategoryEntity,
    to: string | null,
  ): Promise<void> {
    const { dataSource, contacts } = this;
    for (let after: number | undefined = 0; after !== undefined;) {
      const query = contacts.createQueryBuilder('contact').select('contact.id', 'id');
      inGroup(dataSource, query.where({ workspaceId, id: MoreThan(after) }), from);
      const found = await query.orderBy('contact.id').limit(BATCH_SIZE).getRawMany<{ id: number }>();
      const ids = found.map(({ id }) => id);
      if (ids.length === 0) return;
      await runInTransaction(dataSource, function* () {
        const rows = yield* selectEntities(contacts, { id: inList(contacts, ids), workspaceId }, { lock: true });
        const changed = rows.map(({ id, groups }) => ({ id, groups: renamed(groups ?? [], from, to) }));
        yield* change(updateRows(contacts, changed, { shared: { updatedAt: new Date() } }));
      });
      after = ids.length < BATCH_SIZE ? undefined : ids.at(-1);
    }
  }
}

function renamed(groups: readonly string[], from: string, to: string | null): readonly string[] | null {
  const names = groups.flatMap((name) => (name === from ? (to ?? []) : name));
  return names.length === 0 ? null : [...new Set(names)];
}

/** Those that contacts refer to by their row ids. */
@Injectable()
abstract class ReferredCategoriesService extends ContactCategoriesService {
  /** @internal */
  protected abstract readonly reference: 'sourceId' | 'statusId';

  /** @internal */
  protected override remove({ id, workspaceId }: ContactCategoryEntity): Promise<void> {
    const { categories } = this;
    const release = this.contacts
      .createQueryBuilder()
      .update()
      .set({ [this.reference]: null, updatedAt: new Date() })
      .where({ workspaceId, [this.reference]: id });
    return runInTransaction(this.dataSource, function* () {
      // From here on, nothing can refer to it; see `ContactCategoryRows.hold`.
      yield* selectEntities(categories, { id }, { lock: true });
      yield* change(release);
      yield* change(categories.createQueryBuilder().delete().where({ id }));
    });
  }

  /** @internal */
  protected override async changeContacts(): Promise<void> {
    // Contacts know it by its id.
  }
}

/**
 * How far contacts have come, in the workspace's own words.
 *
 * @publicApi
 */
@Injectable()
export class ContactStatusesService extends ReferredCategoriesService {
  /** @internal */
  protected override readonly kind = 'status';
  /** @internal */
  protected override readonly reference = 'statusId';
}

/**
 * Where contacts come from, in the workspace's own words.
 *
 * @publicApi
 */
@Injectable()
export class ContactSourcesService extends ReferredCategoriesService {
  /** @internal */
  protected override readonly kind = 'source';
  /** @internal */
  protected override readonly reference = 'sourceId';
}

async function unlessTaken<Result>(written: Promise<Result>): Promise<Result> {
  try {
    return await written;
  } catch (error) {
    throw isUniqueViolation(error) ? new ValidationError([TAKEN]) : error;
  }
}
