import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { AccountCredentials } from '../accounts/account-credentials.js';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import type { GraphTemplate } from '../graph/graph-api.types.js';
import { type LookupAge, MetaLookups } from '../graph/meta-lookups.js';
import type { TemplateComponent } from './template-component.js';
import { TemplateStore } from './template-store.js';

/** Names that Meta is asked for one by one in a minute, per account. */
const MOST_NAMES_A_MINUTE = 20;

const MINUTE_MS = 60_000;

/** Milliseconds for which Meta is not asked again after it could not be. */
const FAILURES_FOR_MS = 5_000;

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
  readonly #lookups = new MetaLookups(FAILURES_FOR_MS);
  /** When single names were asked for, by row ids of accounts. */
  readonly #askedAt = new LRUCache<number, readonly number[]>({ max: 1_000, ttl: MINUTE_MS });

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

  /**
   * Fetches one name from Meta, at most once in `maxAge` milliseconds (a minute by default); concurrent callers share the answer. Where many
   * names are asked for, all of the account's are listed at once instead.
   */
  lookUp(account: BusinessAccountEntity, name: string, age: LookupAge = {}): Promise<void> {
    const all = String(account.id);
    const one = `${all}:${name}`;
    const recent = this.#lookups.recent(one, age) ?? this.#lookups.recent(all, age);
    if (recent) return recent;
    const now = performance.now();
    const asked = (this.#askedAt.get(account.id) ?? []).filter((at) => now - at < MINUTE_MS);
    if (asked.length >= MOST_NAMES_A_MINUTE) return this.#lookups.start(all, () => this.sync(account));
    this.#askedAt.set(account.id, [...asked, now]);
    return this.#lookups.start(one, () => this.refresh(account, name));
  }

  /** Asks Meta for one name now. */
  async refresh(account: BusinessAccountEntity, name: string): Promise<void> {
    const listedAt = await this.store.listingTime(account.id, name);
    const fetched = await this.#fetch(account, { name, limit: 100 });
    // Meta's filter finds names that contain the text, too.
    const named = fetched.filter((template) => template.name === name);
    await this.store.store(account.id, named, listedAt);
    await this.store.markDeleted(account.id, new Set(named.map(({ id }) => id)), listedAt, name);
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
