import { Inject, Injectable } from '@nestjs/common';
import { isUniqueViolation } from '../store/unique-violation.js';
import { ConflictError } from '../errors.js';
import { DEFAULT_WORKSPACE, WorkspacesService } from '../workspaces/workspaces.service.js';
import type { Ability } from './ability.js';
import { checkApiKeyFields } from './api-key-fields.js';
import { ApiKeyRows, type StoredApiKey } from './api-key-rows.js';
import { hashApiKey, prefixIn } from './api-key-secret.js';
import { assertInForce } from './api-key-state.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import type { ApiKey } from './api-key.js';
import type { RegisterApiKeyInput } from './api-key.inputs.js';
import { API_KEY_OPTIONS, type ApiKeyOptions } from './api-key.options.js';

interface WantedApiKey {
  readonly workspace: string;
  readonly name: string;
  readonly abilities: readonly Ability[];
}

/** Takes in keys that the host already has; see `ApiKeysService.register`. */
@Injectable()
export class ApiKeyRegistration {
  constructor(
    private readonly rows: ApiKeyRows,
    private readonly workspaces: WorkspacesService,
    private readonly verifier: ApiKeyVerifier,
    @Inject(API_KEY_OPTIONS) private readonly options: ApiKeyOptions,
  ) {}

  async register(input: RegisterApiKeyInput): Promise<ApiKey> {
    const { key, name, workspace = DEFAULT_WORKSPACE, abilities = ['*'] } = input;
    checkApiKeyFields({ key, name, workspace, abilities });
    const wanted = { workspace, name: name.trim(), abilities: [...new Set(abilities)] };
    const keyHash = hashApiKey(key);

    const known = await this.rows.findByHash(keyHash);
    if (known) return this.#reconcile(known, wanted);
    const owner = await this.workspaces.ensure(workspace);
    try {
      const prefix = prefixIn(key, this.options.prefix);
      const apiKey = await this.rows.insert({ ...wanted, key, prefix, workspace: owner, expiresAt: null });
      this.verifier.forget(keyHash);
      return apiKey;
    } catch (error) {
      // Another process may have been quicker.
      const theirs = isUniqueViolation(error) ? await this.rows.findByHash(keyHash) : undefined;
      if (!theirs) throw error;
      return this.#reconcile(theirs, wanted);
    }
  }

  async #reconcile({ apiKey, keyHash }: StoredApiKey, wanted: WantedApiKey): Promise<ApiKey> {
    const { id, workspace, name, abilities } = apiKey;
    if (workspace !== wanted.workspace) {
      const message = `API key ${id} belongs to the workspace "${workspace}", not to "${wanted.workspace}": register another key there.`;
      throw new ConflictError('API_KEY_WORKSPACE', message);
    }
    assertInForce(apiKey);
    if (name === wanted.name && String(abilities) === String(wanted.abilities)) return apiKey;
    await this.rows.update(id, { name: wanted.name, abilities: wanted.abilities });
    this.verifier.forget(keyHash);
    return { ...apiKey, name: wanted.name, abilities: wanted.abilities };
  }
}
