import { Inject, Injectable } from '@nestjs/common';
import { DEFAULT_WORKSPACE, WorkspacesService } from '../workspaces/workspaces.service.js';
import { checkApiKeyFields } from './api-key-fields.js';
import { ApiKeyRegistration } from './api-key-registration.js';
import { ApiKeyRows } from './api-key-rows.js';
import { newApiKey, prefixOf } from './api-key-secret.js';
import { assertInForce } from './api-key-state.js';
import { ApiKeyUsage } from './api-key-usage.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import type { ApiKey, NewApiKey, VerifiedApiKey } from './api-key.js';
import type { ApiKeyScope, CreateApiKeyInput, RegisterApiKeyInput, RotateApiKeyOptions } from './api-key.inputs.js';
import { CallerStreams } from './caller-streams.js';
import { API_KEY_OPTIONS, type ApiKeyOptions } from './api-key.options.js';

const DAY = 24 * 3_600_000;

/** API keys: made, listed, rotated, revoked and verified. Only a key's SHA-256 is kept; nothing can tell the key again. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly rows: ApiKeyRows,
    private readonly workspaces: WorkspacesService,
    private readonly registration: ApiKeyRegistration,
    private readonly verifier: ApiKeyVerifier,
    private readonly usage: ApiKeyUsage,
    private readonly streams: CallerStreams,
    @Inject(API_KEY_OPTIONS) private readonly options: ApiKeyOptions,
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
  register(input: RegisterApiKeyInput): Promise<ApiKey> {
    return this.registration.register(input);
  }

  /** The keys of a workspace, oldest first, also the revoked and the expired ones. */
  list(scope: ApiKeyScope = {}): Promise<ApiKey[]> {
    return this.rows.list(scope);
  }

  /**
   * Refuses the key from now on: at once in this process, within `cacheTtl` in every other. Its open streams end within two
   * seconds in all of them. Revoking it again changes nothing.
   * @throws NotFoundError `API_KEY_NOT_FOUND`
   */
  async revoke(id: number, scope: ApiKeyScope = {}): Promise<ApiKey> {
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
    // The new key first: a crash in between leaves one that nobody knows, not an old one that ends without a successor.
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
