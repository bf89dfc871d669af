import { Inject, Injectable } from '@nestjs/common';
import { boundedCache } from '../bounded-cache.js';
import { NotFoundError, WhatsAppError } from '../errors.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { type JsonObject, isJsonObject } from '../graph/json.js';
import { WorkspacesService } from './workspaces.service.js';
import { AccountCredentials } from './account-credentials.js';
import { AccountSync } from './account-sync.js';
import { ACCOUNTS_OPTIONS, type AccountsOptions } from './accounts.options.js';
import type { WhatsAppBusinessInfo } from './business-info.js';
import { type PhoneNumberOfAccount, PhoneNumbers } from './phone-numbers.js';

/** How long a profile is not fetched again after Meta returned it, and after a failed fetch, in ms. */
const FRESH_MS = 3_600_000;
const RETRY_MS = 60_000;

/** How long a caller waits for Meta, in ms. */
const TIMEOUT_MS = 5_000;

const FIELDS = 'about,address,description,email,websites,vertical';

/** What Meta's vertical says of no business. */
const NO_VERTICALS: ReadonlySet<string> = new Set(['', 'UNDEFINED', 'OTHER', 'NOT_A_BIZ']);

interface KnownProfile {
  readonly profile: JsonObject;
  readonly freshUntil: number;
}

/** What is known of the business behind a workspace: by the host's options, and by Meta's profile of its primary number. */
@Injectable()
export class BusinessInfos {
  /** By Meta's id of the number; one that is not fresh any more holds while Meta cannot be asked. */
  readonly #profiles = boundedCache<string, KnownProfile>(1_000);
  readonly #requests = new Map<string, Promise<JsonObject>>();

  constructor(
    @Inject(ACCOUNTS_OPTIONS) private readonly options: AccountsOptions,
    private readonly workspaces: WorkspacesService,
    private readonly numbers: PhoneNumbers,
    private readonly accountSync: AccountSync,
    private readonly credentials: AccountCredentials,
    private readonly graph: GraphApiClient,
  ) {}

  /** A number that was never fetched from Meta is, with its account. @throws NotFoundError `WORKSPACE_NOT_FOUND` */
  async of(workspace: string): Promise<WhatsAppBusinessInfo> {
    const workspaceId = await this.workspaces.idOf(workspace);
    const before = await this.#primaryNumber(workspaceId);
    const profile = before ? await this.#profileOf(before) : {};
    const number = before?.syncedAt ? before : await this.#primaryNumber(workspaceId);
    const { websites, vertical } = profile;
    const fromMeta: WhatsAppBusinessInfo = {
      name: number?.account.ownerBusinessName ?? number?.verifiedName ?? null,
      email: nonBlankText(profile.email),
      phone: number?.displayPhoneNumber ?? null,
      website: Array.isArray(websites) ? nonBlankText(websites[0]) : null,
      address: nonBlankText(profile.address),
      description: nonBlankText(profile.description) ?? nonBlankText(profile.about),
      timezone: null,
      companySize: null,
      companySizeDisplay: null,
      companyTypes: null,
      categories: typeof vertical === 'string' && !NO_VERTICALS.has(vertical) ? [vertical] : null,
    };
    const given = this.options.workspaces?.[workspace]?.info ?? {};
    return { ...fromMeta, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
  }

  async #primaryNumber(workspaceId: number): Promise<PhoneNumberOfAccount | undefined> {
    try {
      return await this.numbers.find(workspaceId, undefined);
    } catch (error) {
      if (error instanceof NotFoundError) return undefined;
      throw error;
    }
  }

  #profileOf(number: PhoneNumberOfAccount): Promise<JsonObject> {
    const { phoneNumberId } = number;
    const known = this.#profiles.get(phoneNumberId);
    if (known && Date.now() < known.freshUntil) return Promise.resolve(known.profile);
    const running = this.#requests.get(phoneNumberId);
    if (running) return running;
    const request = this.#fetch(number, known?.profile ?? {}).finally(() => this.#requests.delete(phoneNumberId));
    this.#requests.set(phoneNumberId, request);
    return request;
  }

  /** @param before the profile to use if Meta does not return one */
  async #fetch({ phoneNumberId, syncedAt, account }: PhoneNumberOfAccount, before: JsonObject): Promise<JsonObject> {
    const remember = (profile: JsonObject, ms: number): JsonObject => {
      this.#profiles.set(phoneNumberId, { profile, freshUntil: Date.now() + ms });
      return profile;
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      if (!syncedAt) await this.accountSync.sync(account, signal);
      const answer = await this.graph.get<unknown>([phoneNumberId, 'whatsapp_business_profile'], {
        credential: await this.credentials.of(account.businessAccountId),
        query: { fields: FIELDS },
        signal,
      });
      const data: unknown = isJsonObject(answer) ? answer.data : undefined;
      const profile: unknown = Array.isArray(data) ? data[0] : undefined;
      return remember(isJsonObject(profile) ? profile : {}, FRESH_MS);
    } catch (error) {
      if (!(error instanceof WhatsAppError)) throw error;
      return remember(before, RETRY_MS);
    }
  }
}

const nonBlankText = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value : null;
