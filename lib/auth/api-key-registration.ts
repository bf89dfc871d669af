import { Inject, Injectable } from '@nestjs/common';
import { isUniqueViolation } from '../store/driver-errors.js';
import { suggestion } from '../did-you-mean.js';
import { ConflictError, type ValidationProblem, ValidationError } from '../errors.js';
import {
  DEFAULT_WORKSPACE,
  WorkspacesService,
  isWorkspaceName,
  WORKSPACE_NAME_RULE,
} from '../accounts/workspaces.service.js';
import { type ApiKeyAbility, API_KEY_ABILITIES, isAbility } from './ability.js';
import { ApiKeyRows, type StoredApiKey } from './api-key-rows.js';
import {
  hashApiKey,
  prefixIn,
  API_KEY_FORM,
  API_KEY_PREFIX,
  type WhatsAppApiKey,
  assertInForce,
  type RegisterApiKeyInput,
} from './api-key.js';
import { ApiKeyVerifier } from './api-key-verifier.js';
import { API_KEY_OPTIONS, type WhatsAppApiKeyOptions } from './api-key.options.js';
import { types } from 'node:util';

interface WantedApiKey {
  readonly workspace: string;
  readonly name: string;
  readonly abilities: readonly ApiKeyAbility[];
}

/** Takes in keys that the host already has; see `ApiKeysService.register`. */
@Injectable()
export class ApiKeyRegistration {
  constructor(
    private readonly rows: ApiKeyRows,
    private readonly workspaces: WorkspacesService,
    private readonly verifier: ApiKeyVerifier,
    @Inject(API_KEY_OPTIONS) private readonly options: WhatsAppApiKeyOptions,
  ) {}

  async register(input: RegisterApiKeyInput): Promise<WhatsAppApiKey> {
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

  async #reconcile({ apiKey, keyHash }: StoredApiKey, wanted: WantedApiKey): Promise<WhatsAppApiKey> {
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

const YEAR = 365 * 24 * 3_600_000;

// The fields come from command lines and request bodies, so their types are not believed.
const CHECKS = {
  key: (key: unknown) =>
    when(!matches(key, API_KEY_FORM), 'key', 'Write 16 to 512 characters of visible ASCII without spaces.'),

  name: (name: unknown) =>
    when(
      typeof name !== 'string' || name.trim() === '' || name.length > 255 || /\p{Cc}/u.test(name),
      'name',
      'Write what people call the key, 1 to 255 characters on one line.',
    ),

  workspace: (workspace: unknown) => when(!isWorkspaceName(workspace), 'workspace', `Write ${WORKSPACE_NAME_RULE}`),

  abilities: (abilities: unknown) => {
    if (!Array.isArray(abilities)) return when(true, 'abilities', 'Write a list of abilities, or ["*"] for all.');
    if (abilities.length === 0) return when(true, 'abilities', 'Name at least one ability, or "*" for all.');
    return abilities.flatMap((ability, index) =>
      when(
        !isAbility(ability),
        `abilities[${index}]`,
        `This is no ability: write "*" or one of ${API_KEY_ABILITIES.join(', ')}.${suggestion(ability, API_KEY_ABILITIES)}`,
      ),
    );
  },

  expiresAt: (expiresAt: unknown) =>
    when(
      expiresAt !== null && !(types.isDate(expiresAt) && expiresAt.getTime() > Date.now()),
      'expiresAt',
      'Write a Date in the future, or null for never.',
    ),

  prefix: (prefix: unknown) =>
    when(!matches(prefix, API_KEY_PREFIX), 'prefix', 'Write 0 to 24 letters, digits, hyphens and underscores.'),

  graceTime: (graceTime: unknown) =>
    when(
      !(typeof graceTime === 'number' && Number.isSafeInteger(graceTime) && graceTime >= 0 && graceTime <= YEAR),
      'graceTime',
      `Write a whole number of milliseconds from 0 to ${YEAR} (a year).`,
    ),
} satisfies Record<string, (value: unknown) => ValidationProblem[]>;

/** Fields of an API key, by name. */
type ApiKeyFields = Partial<Record<keyof typeof CHECKS, unknown>>;

/**
 * Checks the fields that are present; one that is `undefined` is present and wrong.
 * @throws ValidationError with every problem; never with the key
 */
export function checkApiKeyFields(fields: ApiKeyFields): void {
  const problems = Object.entries(CHECKS).flatMap(([field, check]) =>
    field in fields ? check(Reflect.get(fields, field)) : [],
  );
  if (problems.length > 0) throw new ValidationError(problems);
}

function when(wrong: boolean, path: string, message: string): ValidationProblem[] {
  return wrong ? [{ path, message }] : [];
}

function matches(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value);
}
