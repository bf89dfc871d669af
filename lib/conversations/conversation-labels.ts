import { Injectable } from '@nestjs/common';
import { In, Repository } from 'typeorm';
import { ContactCategoryEntity } from '../contacts/contact-category.entity.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';

/** Numbers the labels of a workspace's conversations, for APIs that know them by an id. */
@Injectable()
export class ConversationLabels {
  constructor(
    @InjectWhatsAppRepository(ContactCategoryEntity) private readonly categories: Repository<ContactCategoryEntity>,
  ) {}

  /** The ids of labels, which stay the same; a label that has none yet gets one. */
  async idsOf(workspaceId: number, labels: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const names = [...new Set(labels)];
    const known = await this.#known(workspaceId, names);
    const missing = names.filter((name) => !known.has(name));
    if (missing.length === 0) return known;
    for (const name of missing) await this.#add(workspaceId, name);
    return this.#known(workspaceId, names);
  }

  async #known(workspaceId: number, names: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows =
      names.length === 0 ? [] : await this.categories.findBy({ workspaceId, kind: 'label', name: In(names) });
    return new Map(rows.map(({ name, id }) => [name, id]));
  }

  async #add(workspaceId: number, name: string): Promise<void> {
    const createdAt = new Date();
    try {
      await this.categories.insert({ workspaceId, kind: 'label', name, color: null, createdAt, updatedAt: createdAt });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error; // another request was quicker
    }
  }
}
