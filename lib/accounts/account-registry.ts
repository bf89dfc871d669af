import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Repository } from 'typeorm';
import { Facts } from '../store/facts.js';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { ConfigurationError, ConflictError, type ValidationProblem, ValidationError } from '../errors.js';
import { WorkspacesService } from './workspaces.service.js';
import {
  ACCOUNTS_OPTIONS,
  type WhatsAppAccountOptions,
  type AccountsOptions,
  APP_SECRET_RULE,
  type MetaAppSecret,
  isAppSecret,
} from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';
import { GraphApiClient } from '../graph/graph-api.client.js';
import { isAccessToken } from '../graph/graph-request.js';
import { isIdentifier } from '../identifier.js';
import { AccountCredentials, graphCredentialOf, KnownAppSecrets } from './account-credentials.js';
import { listPhoneNumbers, readBusinessAccount } from './account-reads.js';
import { AccountSync } from './account-sync.js';
import { SendingPauses } from './sending-pauses.js';

/** Writes the configured accounts and phone numbers to the database at start, without asking Meta. */
@Injectable()
export class AccountRegistry implements OnModuleInit {
  constructor(
    @Inject(ACCOUNTS_OPTIONS) private readonly options: AccountsOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly workspaces: WorkspacesService,
    private readonly facts: Facts,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.workspaces.ensure();
    const firstNumbers = new Map<number, string>();
    for (const configured of this.options.accounts) {
      const { workspaceId } = await this.#registerConfigured(configured);
      const [first] = configured.phoneNumberIds ?? [];
      if (first !== undefined && !firstNumbers.has(workspaceId)) firstNumbers.set(workspaceId, first);
    }
    for (const [workspaceId, first] of firstNumbers) await this.primaryPhoneNumbers.prefer(workspaceId, first);
  }

  /** The account's row, made if there is none. @throws ConflictError `ACCOUNT_TAKEN` when another workspace owns it */
  async register(businessAccountId: string, workspaceName: string | undefined): Promise<BusinessAccountEntity> {
    const workspace = await this.workspaces.ensure(workspaceName);
    try {
      await this.accounts.insert({ workspaceId: workspace.id, businessAccountId, createdAt: new Date() });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
    }
    const account = await this.accounts.findOneByOrFail({ businessAccountId });
    if (account.workspaceId !== workspace.id) {
      throw new ConflictError(
        'ACCOUNT_TAKEN',
        `Business account ${businessAccountId} belongs to another workspace than "${workspace.name}". ` +
          'An account has one workspace: name that one, or remove the account there first.',
      );
    }
    return account;
  }

  async #registerConfigured(configured: WhatsAppAccountOptions): Promise<BusinessAccountEntity> {
    const account = await this.register(configured.businessAccountId, configured.workspace).catch((error: unknown) => {
      throw error instanceof ConflictError ? new ConfigurationError(error.message) : error;
    });
    for (const phoneNumberId of configured.phoneNumberIds ?? []) {
      await this.#registerPhoneNumber(account, phoneNumberId);
    }
    return account;
  }

  async #registerPhoneNumber(account: BusinessAccountEntity, phoneNumberId: string): Promise<void> {
    try {
      await this.phoneNumbers.insert({
        accountId: account.id,
        phoneNumberId,
        isOnBizApp: false,
        createdAt: new Date(),
      });
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      const own = { accountId: account.id, removedAt: null };
      await this.facts.write(this.phoneNumbers.createQueryBuilder().update().set(own).where({ phoneNumberId }));
    }
  }
}

/**
 * An account that the host adds while the app runs.
 *
 * @publicApi
 */
export interface AddAccountInput {
  /** The workspace that owns the account, created if there is none; `default` when left out. */
  readonly workspace?: string;
  /** Meta's id of the WhatsApp Business Account. */
  readonly businessAccountId: string;
  /** Stored encrypted; needs `encryptionKeys` in the options. */
  readonly accessToken: string;
  /**
   * The secret of the app that the token belongs to; stored encrypted. Verifies the account's webhooks and signs requests
   * when `graph.appSecretProof` is on; of several the first signs and all verify.
   */
  readonly appSecret?: MetaAppSecret;
}

/** Accounts that come and go while the app runs; those of the options do not. */
@Injectable()
export class AddedAccounts {
  constructor(
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly registry: AccountRegistry,
    private readonly credentials: AccountCredentials,
    private readonly accountSync: AccountSync,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly pauses: SendingPauses,
    private readonly appSecrets: KnownAppSecrets,
    private readonly graph: GraphApiClient,
    private readonly facts: Facts,
  ) {}

  async add({ businessAccountId, accessToken, appSecret, workspace }: AddAccountInput): Promise<BusinessAccountEntity> {
    const problems = checkInput({ businessAccountId, accessToken, appSecret });
    if (problems.length > 0) throw new ValidationError(problems);
    this.#refuseConfigured(businessAccountId);
    const credentialEncrypted = this.credentials.encrypt({ accessToken, appSecret }, businessAccountId);
    const credential = graphCredentialOf({ accessToken, appSecret });
    // An id of something else than an account has a name too, but no phone numbers: Meta refuses one of the two.
    await readBusinessAccount(this.graph, businessAccountId, { credential });
    await listPhoneNumbers(this.graph, businessAccountId, { credential });
    const account = await this.registry.register(businessAccountId, workspace);
    const update = this.accounts.createQueryBuilder().update().set({ credentialEncrypted }).where({ id: account.id });
    await this.facts.write(update);
    this.appSecrets.forget();
    await this.pauses.endForNewToken(businessAccountId);
    await this.accountSync.sync(account);
    await this.appSecrets.announce(businessAccountId);
    return this.accounts.findOneByOrFail({ id: account.id });
  }

  async remove({ id, businessAccountId, workspaceId }: BusinessAccountEntity): Promise<void> {
    this.#refuseConfigured(businessAccountId);
    await this.facts.write(this.accounts.createQueryBuilder().delete().where({ id }));
    this.appSecrets.forget();
    await this.primaryPhoneNumbers.fallBackTo(workspaceId, undefined);
  }

  #refuseConfigured(businessAccountId: string): void {
    if (!this.credentials.isConfigured(businessAccountId)) return;
    throw new ConflictError(
      'ACCOUNT_CONFIGURED',
      `Business account ${businessAccountId} is configured in the options of WhatsAppModule. Change it there.`,
    );
  }
}

function checkInput({
  businessAccountId,
  accessToken,
  appSecret,
}: Omit<AddAccountInput, 'workspace'>): ValidationProblem[] {
  const problems: ValidationProblem[] = [];
  if (!isIdentifier(businessAccountId, 64)) {
    problems.push({ path: 'businessAccountId', message: 'must be Meta’s id of the account: digits in a string.' });
  }
  if (!isAccessToken(accessToken)) {
    problems.push({ path: 'accessToken', message: 'must be a system user’s token, without spaces and line breaks.' });
  }
  if (appSecret !== undefined && !isAppSecret(appSecret))
    problems.push({ path: 'appSecret', message: APP_SECRET_RULE });
  return problems;
}
