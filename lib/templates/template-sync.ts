import { Injectable } from '@nestjs/common';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphTemplate } from '../graph/graph-api.types.js';
import { MetaLookups } from '../graph/meta-lookups.js';
import type { TemplateComponent } from './template-component.js';
import { TemplateStore } from './template-store.js';

const FIELDS = [
  'id',
  'name',
  'language',
  'status',
  'category',
  'parameter_format',
  'components',
  'quality_score',
  'rejected_reason',
];

/** Fetches templates from Meta: all of an account, or those of one name. */
@Injectable()
export class TemplateSync {
  readonly #lookups = new MetaLookups();

  constructor(
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
    private readonly store: TemplateStore,
  ) {}

  /** Fetches every page, stores all, and marks as deleted what Meta no longer has. */
  async sync(account: BusinessAccountEntity, signal?: AbortSignal): Promise<void> {
    const listedAt = await this.store.listingTime(account.id);
    const fetched = await this.#fetch(account, { limit: 100 }, signal);
    await this.store.store(account.id, fetched, listedAt);
    await this.store.markDeleted(account.id, new Set(fetched.map(({ id }) => id)), listedAt);
  }

  /** Asks Meta for one name, at most once a minute. */
  lookUp(account: BusinessAccountEntity, name: string): Promise<void> {
    return this.#lookups.once(`${account.id}:${name}`, () => this.refresh(account, name));
  }

  /** Asks Meta for one name now. */
  async refresh(account: BusinessAccountEntity, name: string): Promise<void> {
    const listedAt = await this.store.listingTime(account.id, name);
    const fetched = await this.#fetch(account, { name, limit: 100 });
    // Meta's filter finds names that contain the text, too.
    await this.store.store(
      account.id,
      fetched.filter((template) => template.name === name),
      listedAt,
    );
  }

  async #fetch(
    account: BusinessAccountEntity,
    query: Record<string, string | number>,
    signal?: AbortSignal,
  ): Promise<GraphTemplate<TemplateComponent>[]> {
    const credential = await this.credentials.of(account.businessAccountId);
    const path = [account.businessAccountId, 'message_templates'];
    const fetched: GraphTemplate<TemplateComponent>[] = [];
    const pages = this.graph.list<GraphTemplate<TemplateComponent>>(path, {
      credential,
      query: { fields: FIELDS, ...query },
      signal,
    });
    for await (const template of pages) fetched.push(template);
    return fetched;
  }
}
