import { Injectable } from '@nestjs/common';
import { type FindOptionsWhere, In, IsNull, MoreThan, Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { NotFoundError } from '../errors.js';
import { isIdentifier, isRowId } from '../identifier.js';
import { DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import type { ApiKeyAbility } from './ability.js';
import { hashApiKey, hintOf, type WhatsAppApiKey, isExpired, type ApiKeyScope } from './api-key.js';
import { ApiKeyEntity } from './api-key.entity.js';

/** A key's row: what may be shown of it, and what may not. */
export interface StoredApiKey {
  readonly apiKey: WhatsAppApiKey;
  readonly workspaceId: number;
  readonly keyHash: string;
}

/** What the row of a new key is made of. */
export interface ApiKeyRowInput {
  readonly key: string;
  readonly prefix: string;
  readonly workspace: { readonly id: number; readonly name: string };
  readonly name: string;
  readonly abilities: readonly ApiKeyAbility[];
  readonly expiresAt: Date | null;
}

const EVERY_WORKSPACE = '*';

/** The table of API keys. */
@Injectable()
export class ApiKeyRows {
  constructor(@InjectWhatsAppRepository(ApiKeyEntity) private readonly entities: Repository<ApiKeyEntity>) {}

  /** Keeps a key by its hash; fails with a unique violation when it is there. */
  async insert({ key, prefix, workspace, ...fields }: ApiKeyRowInput): Promise<WhatsAppApiKey> {
    const entity = this.entities.create({
      ...fields,
      workspaceId: workspace.id,
      keyHash: hashApiKey(key),
      hint: hintOf(key, prefix),
      createdAt: new Date(),
      revokedAt: null,
      lastUsedAt: null,
    });
    await this.entities.insert(entity);
    return toApiKey(entity, workspace.name);
  }

  async list({ workspace = DEFAULT_WORKSPACE }: ApiKeyScope): Promise<WhatsAppApiKey[]> {
    if (!isIdentifier(workspace, 63)) return [];
    const stored = await this.#find(workspace === EVERY_WORKSPACE ? {} : { workspace: { name: workspace } });
    return stored.map(({ apiKey }) => apiKey);
  }

  /** @throws NotFoundError `API_KEY_NOT_FOUND`, also for a key of another workspace */
  async get(id: number, { workspace = DEFAULT_WORKSPACE }: ApiKeyScope): Promise<StoredApiKey> {
    const [stored] = isRowId(id) ? await this.#find({ id }) : [];
    if (!stored || (workspace !== EVERY_WORKSPACE && stored.apiKey.workspace !== workspace)) {
      throw new NotFoundError('API_KEY_NOT_FOUND', `There is no API key ${id}.`);
    }
    return stored;
  }

  async findByHash(keyHash: string): Promise<StoredApiKey | undefined> {
    const [stored] = await this.#find({ keyHash });
    return stored;
  }

  /** Which of these keys are neither revoked nor expired. */
  async validAmong(ids: readonly number[]): Promise<ReadonlySet<number>> {
    const found = await this.entities.find({
      select: { id: true, expiresAt: true },
      where: { id: In(ids), revokedAt: IsNull() },
    });
    return new Set(found.filter((apiKey) => !isExpired(apiKey)).map(({ id }) => id));
  }

  async update(id: number, fields: Pick<WhatsAppApiKey, 'name' | 'abilities'>): Promise<void> {
    await this.entities.update({ id }, fields);
  }

  /** Marks a key as revoked now, unless it is. */
  async revoke(id: number): Promise<void> {
    await this.entities.update({ id, revokedAt: IsNull() }, { revokedAt: new Date() });
  }

  /** Lets a key expire at that moment, unless it does so earlier. */
  async expire(id: number, expiresAt: Date): Promise<void> {
    const later = [
      { id, expiresAt: IsNull() },
      { id, expiresAt: MoreThan(expiresAt) },
    ];
    await this.entities.update(later, { expiresAt });
  }

  // Not `findOne`: with a relation it asks twice.
  async #find(where: FindOptionsWhere<ApiKeyEntity>): Promise<StoredApiKey[]> {
    const rows = this.entities
      .createQueryBuilder('apiKey')
      .addSelect('apiKey.keyHash')
      .innerJoinAndSelect('apiKey.workspace', 'workspace')
      .setFindOptions({ where, order: { id: 'ASC' } });
    const entities = await rows.getMany();
    return entities.flatMap((entity) => {
      const { workspace, workspaceId, keyHash } = entity;
      return workspace ? [{ apiKey: toApiKey(entity, workspace.name), workspaceId, keyHash }] : [];
    });
  }
}

function toApiKey(entity: ApiKeyEntity, workspace: string): WhatsAppApiKey {
  const { id, name, hint, abilities, createdAt, expiresAt, revokedAt, lastUsedAt } = entity;
  return { id, name, workspace, hint, abilities, createdAt, expiresAt, revokedAt, lastUsedAt };
}
