import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { insertRows } from '../store/json-rows.js';
import { inList } from '../store/dialect.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { selectEntities, change, type Statements } from '../store/statement.js';
import { type ValidationProblem, ValidationError } from '../errors.js';
import { ContactCategoryEntity } from './contact-category.entity.js';
import type { FiledFields } from './contact-fields.js';

const REFERENCES = [
  ['sourceId', 'source'],
  ['statusId', 'status'],
] as const;

/** What contacts refer to of their workspace's groups, statuses and sources. */
@Injectable()
export class ContactCategoryRows {
  constructor(
    @InjectWhatsAppRepository(ContactCategoryEntity) private readonly categories: Repository<ContactCategoryEntity>,
  ) {}

  /** The references of a contact that lead nowhere. */
  async problemsOf(workspaceId: number, fields: FiledFields): Promise<ValidationProblem[]> {
    const ids = referredTo(fields);
    if (ids.length === 0) return [];
    return missing(fields, await this.categories.findBy({ workspaceId, id: In(ids) }));
  }

  /**
   * Holds what a contact is about to refer to until the transaction ends, and makes the groups that are new; before the contact
   * itself is locked, as a deletion locks them in this order.
   * @throws ValidationError when a reference leads nowhere
   */
  *hold(workspaceId: number, fields: FiledFields): Statements<void> {
    const ids = referredTo(fields);
    if (ids.length > 0) {
      const where = { workspaceId, id: inList(this.categories, ids) };
      const problems = missing(fields, yield* selectEntities(this.categories, where, { lock: true }));
      if (problems.length > 0) throw new ValidationError(problems);
    }
    yield* this.#makeGroups(workspaceId, fields.groups ?? []);
  }

  *#makeGroups(workspaceId: number, names: readonly string[]): Statements<void> {
    if (names.length === 0) return;
    const kind = 'group';
    const where = { workspaceId, kind, name: inList(this.categories, names) } as const;
    const known = new Set((yield* selectEntities(this.categories, where)).map(({ name }) => name));
    const now = new Date();
    const rows = names.filter((name) => !known.has(name)).map((name) => ({ name }));
    if (rows.length === 0) return;
    yield* change(insertRows(this.categories, rows, { workspaceId, kind, createdAt: now, updatedAt: now }));
  }
}

const referredTo = (fields: FiledFields): number[] => REFERENCES.flatMap(([field]) => fields[field] ?? []);

function missing(fields: FiledFields, found: readonly ContactCategoryEntity[]): ValidationProblem[] {
  return REFERENCES.flatMap(([field, kind]) => {
    const id = fields[field];
    if (id === undefined || id === null) return [];
    const isFound = found.some((category) => category.id === id && category.kind === kind);
    return isFound ? [] : [{ path: field, message: `The selected ${kind} id is invalid.` }];
  });
}
