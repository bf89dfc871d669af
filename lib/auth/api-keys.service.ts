import { Inject, Injectable, type LoggerService, type OnModuleDestroy } from '@nestjs/common';
import { DEFAULT_WORKSPACE, WorkspacesService } from '../accounts/workspaces.service.js';
import { ApiKeyRegistration, checkApiKeyFields } from './api-key-registration.js';
import { ApiKeyRows } from './api-key-rows.js';
import {
  newApiKey,
  prefixOf,
  type WhatsAppApiKey,
  type NewApiKey,
  type VerifiedApiKey,
  assertInForce,
  type ApiKeyScope,
  type CreateApiKeyInput,
  type RegisterApiKeyInput,
  type RotateApiKeyOptions,
} from './api-key.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import { CallerStreams } from './caller-streams.js';
import { API_KEY_OPTIONS, type WhatsAppApiKeyOptions } from './api-key.options.js';
import { IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { OutageLog } from '../store/outage-log.js';
import { boundedCache } from '../bounded-cache.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { messageOf } from '../foreign-errors.js';
import { WHATSAPP_LOGGER } from '../logger.js';
import { ApiKeyEntity } from './api-key.entity.js';

const INTERVAL = 60_000;

/** Notes when a key was last used, at most once a minute, apart from the requests: they neither wait for it nor fail with it. */
@Injectable()
export class ApiKeyUsage implements OnModuleDestroy {
  readonly #notedAt = boundedCache<number, number>(10_000);
  readonly #writes = new Set<Promise<void>>();
  #stopped = false;

  constructor(
    @InjectWhatsAppRepository(ApiKeyEntity) private readonly apiKeys: Repository<ApiKeyEntity>,
    @Inject(WHATSAPP_LOGGER) private readonly logger: LoggerService,
    private readonly outages: OutageLog,
  ) {}

  /** Notes that a key was used just now. */
  note(apiKeyId: number): void {
    const now = Date.now();
    const notedAt = this.#notedAt.get(apiKeyId);
    if (this.#stopped || (notedAt !== undefined && now - notedAt < INTERVAL)) return;
    this.#notedAt.set(apiKeyId, now);
    const write = this.#write(apiKeyId, now).finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  async onModuleDestroy(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#writes);
  }

  async #write(apiKeyId: number, now: number): Promise<void> {
    // Other processes note the same key: the condition keeps it to one write a minute in all.
    const stale = [
      { id: apiKeyId, lastUsedAt: IsNull() },
      { id: apiKeyId, lastUsedAt: LessThanOrEqual(new Date(now - INTERVAL)) },
    ];
    try {
      await this.apiKeys.update(stale, { lastUsedAt: new Date(now) });
    } catch (error) {
      if (this.outages.covers(error)) return;
      this.logger.warn(`The last use of API key ${apiKeyId} could not be noted: ${messageOf(error)}`, ApiKeyUsage.name);
    }
  }
}

const DAY = 24 * 3_600_000;

/**
 * API keys: made, listed, rotated, revoked and verified. Only a key's SHA-256 is kept; the key itself cannot be shown again.
 *
 * @publicApi
 */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly rows: ApiKeyRows,
    private readonly workspaces: WorkspacesService,
    private readonly registration: ApiKeyRegistration,
    private readonly verifier: ApiKeyVerifier,
    private readonly usage: ApiKeyUsage,
    private readonly streams: CallerStreams,
    @Inject(API_KEY_OPTIONS) private readonly options: WhatsAppApiKeyOptions,
  ) {}

  /**
   * Creates a key, and the workspace if it does not exist. The key works at once in every process; within `cacheTtl` if it was tried before it was created.
   * @throws ValidationError with everything that is wrong
   */
  async create(input: CreateApiKeyInput): Promise<NewApiKey> {
    const { name, workspace = DEFAULT_WORKSPACE, abilities = ['*'], expiresAt = null } = input;
    const { prefix = this.options.prefix } = input;
    checkApiKeyFields({ name, workspace, abilities, expiresAt, prefix });
    const owner = await this.workspaces.ensure(workspace);
    const key = newApiKey(prefix);
    const fields = { name: name.trim(), abilities: [...new Set(abilities)], expiresAt };
    return { key, apiKey: await this.rows.insert({ ...fields, key, prefix, workspace: owner }) };
  }

  /**
   * Takes a key that the host already has. The same key again, also from several processes at once, changes nothing but
   * the name and the abilities, where they differ.
   * @throws ValidationError with everything that is wrong, such as a key shorter than 16 characters
   * @throws ConflictError `API_KEY_REVOKED`, `API_KEY_EXPIRED`, or `API_KEY_WORKSPACE` when it is another workspace's
   */
  register(input: RegisterApiKeyInput): Promise<WhatsAppApiKey> {
    return this.registration.register(input);
  }

  /** The keys of a workspace, oldest first, also the revoked and the expired ones. */
  list(scope: ApiKeyScope = {}): Promise<WhatsAppApiKey[]> {
    return this.rows.list(scope);
  }

  /**
   * Refuses the key from now on: at once in this process, within `cacheTtl` in every other. Its open streams end within two
   * seconds in all of them. Revoking it again changes nothing.
   * @throws NotFoundError `API_KEY_NOT_FOUND`
   */
  async revoke(id: number, scope: ApiKeyScope = {}): Promise<WhatsAppApiKey> {
    const { keyHash } = await this.rows.get(id, scope);
    await this.rows.revoke(id);
    this.verifier.forget(keyHash);
    await this.streams.check();
    const { apiKey } = await this.rows.get(id, scope);
    return apiKey;
  }

  /**
   * Makes a key that may do what the old one may, in the same workspace, under the same name and prefix. The old one
   * expires after the grace time, or when it would have anyway.
   * @throws NotFoundError `API_KEY_NOT_FOUND`
   * @throws ConflictError `API_KEY_REVOKED`, `API_KEY_EXPIRED`
   * @throws ValidationError with everything that is wrong
   */
  async rotate(id: number, options: RotateApiKeyOptions = {}): Promise<NewApiKey> {
    const { graceTime = DAY } = options;
    checkApiKeyFields({ graceTime, expiresAt: options.expiresAt ?? null });
    const { apiKey: old, workspaceId, keyHash } = await this.rows.get(id, options);
    assertInForce(old);
    const { name, abilities, hint } = old;
    const { expiresAt = old.expiresAt } = options;
    const prefix = prefixOf(hint);
    const key = newApiKey(prefix);
    const workspace = { id: workspaceId, name: old.workspace };
    // The new key first: a crash in between leaves one that no one knows, not an old one that ends without a successor.
    const apiKey = await this.rows.insert({ name, abilities, expiresAt, key, prefix, workspace });
    await this.rows.expire(id, new Date(Date.now() + graceTime));
    this.verifier.forget(keyHash);
    return { key, apiKey };
  }

  /**
   * Returns the verified key; null if it is unknown, revoked or expired.
   * @param from `address`: the client's, if wrong keys from there are to be counted
   * @throws RateLimitedError when too many wrong keys came from that address
   */
  async verify(
    presented: string,
    from: { readonly address?: string | undefined } = {},
  ): Promise<VerifiedApiKey | null> {
    const verified = await this.verifier.verify(presented, from.address);
    if (verified) this.usage.note(verified.apiKeyId);
    return verified;
  }
}
