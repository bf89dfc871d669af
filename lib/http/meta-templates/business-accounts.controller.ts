import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import { MessagingQuota, quotaUsage } from '../../messages/messaging-quota.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { presentPhoneNumber, presentTemplate } from './business-account.presenter.js';

/** What a caller can send from, and what: accounts, numbers with their quota, approved templates. */
@Controller('business-accounts')
export class BusinessAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly templates: TemplatesService,
    private readonly quota: MessagingQuota,
  ) {}

  @Get()
  @RequireAbility('accounts.read')
  async list(@CurrentCaller() { workspace, apiKeyName }: Caller): Promise<object> {
    const accounts = await this.accounts.list({ workspace });
    const numbers = await this.accounts.phoneNumbers({ workspace });
    const primaryId = await this.accounts.primaryPhoneNumberId({ workspace });
    const businessAccounts: object[] = [];
    for (const account of accounts) {
      const own = numbers.filter(({ accountId }) => accountId === account.id);
      const used = await this.quota.recipientsOf(account);
      businessAccounts.push({
        businessAccountId: account.id,
        businessName: account.name,
        phoneNumbers: own.map((number) =>
          presentPhoneNumber(number, number.id === primaryId, quotaUsage(number.messagingLimit, used)),
        ),
        templates: await this.#templatesOf(account, workspace),
      });
    }
    return {
      companyName: accounts.find((account) => account.ownerBusinessName)?.ownerBusinessName ?? workspace,
      apiKeyName: apiKeyName ?? null,
      businessAccounts,
    };
  }

  async #templatesOf({ businessAccountId }: BusinessAccountEntity, workspace: string): Promise<object[]> {
    const templates = await this.templates.list({ workspace, businessAccountId, status: 'APPROVED' });
    return templates.map((template) => presentTemplate(template, this.templates.variablesOf(template)));
  }
}
