import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { Repository } from 'typeorm';
import { InjectWhatsAppRepository } from '../store/repositories.js';
import { isUniqueViolation } from '../store/driver-errors.js';
import { ConfigurationError, ConflictError } from '../errors.js';
import { WorkspacesService } from './workspaces.service.js';
import { ACCOUNTS_OPTIONS, type AccountOptions, type AccountsOptions } from './accounts.options.js';
import { BusinessAccountEntity } from './business-account.entity.js';
import { PhoneNumberEntity } from './phone-number.entity.js';
import { PrimaryPhoneNumbers } from './primary-phone-numbers.js';

/** Writes the configured accounts and phone numbers to the database at start, without asking Meta. */
@Injectable()
export class AccountRegistry implements OnModuleInit {
  constructor(
    @Inject(ACCOUNTS_OPTIONS) private readonly options: AccountsOptions,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    private readonly primaryPhoneNumbers: PrimaryPhoneNumbers,
    private readonly workspaces: WorkspacesService,
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

  async #registerConfigured(configured: AccountOptions): Promise<BusinessAccountEntity> {
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
      await this.phoneNumbers.update({ phoneNumberId }, { accountId: account.id, removedAt: null });
    }
  }
}
