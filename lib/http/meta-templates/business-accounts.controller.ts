import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import type { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import type { QuotaUsage } from '../../messages/quota-usage.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { presentPhoneNumber, presentTemplate } from './business-account.presenter.js';
import { Operation } from '../openapi/operation.js';
import { businessAccountsOperation } from './business-accounts.operations.js';

/** What a caller can send from, and what: accounts, numbers with their quota, approved templates. */
@Controller('business-accounts')
export class BusinessAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly templates: TemplatesService,
    private readonly budget: RecipientBudget,
  ) {}

  @Operation(businessAccountsOperation)
  @Get()
  @RequireAbility('accounts.read')
  async list(@CurrentCaller() { workspace, apiKeyName }: Caller): Promise<object> {
    const accounts = await this.accounts.list({ workspace });
    const numbers = await this.accounts.phoneNumbers({ workspace });
    const primaryId = await this.accounts.primaryPhoneNumberId({ workspace });
    const businessAccounts: object[] = [];
    for (const account of accounts) {
      const own = numbers.filter(({ accountId }) => accountId === account.id);
      businessAccounts.push({
        businessAccountId: account.id,
        businessName: account.name,
        phoneNumbers: await this.#phoneNumbersOf(account, own, primaryId),
        templates: await this.#templatesOf(account, workspace),
      });
    }
    return {
      companyName: accounts.find((account) => account.ownerBusinessName)?.ownerBusinessName ?? workspace,
      apiKeyName: apiKeyName ?? null,
      businessAccounts,
    };
  }

  async #phoneNumbersOf(
    account: BusinessAccountEntity,
    numbers: readonly PhoneNumberEntity[],
    primaryId: number | null,
  ): Promise<object[]> {
    // All numbers of an account share one budget, and nearly always Meta says the same of their limit.
    const usages = new Map<string | null, QuotaUsage>();
    const presented: object[] = [];
    for (const number of numbers) {
      const { messagingLimit } = number;
      const portfolio = this.budget.portfolioOf({ messagingLimit, account });
      const usage = usages.get(messagingLimit) ?? (await this.budget.usage(portfolio));
      usages.set(messagingLimit, usage);
      presented.push(presentPhoneNumber(number, number.id === primaryId, usage));
    }
    return presented;
  }

  async #templatesOf({ businessAccountId }: BusinessAccountEntity, workspace: string): Promise<object[]> {
    const templates = await this.templates.list({ workspace, businessAccountId, status: 'APPROVED' });
    return templates.map((template) => presentTemplate(template, this.templates.variablesOf(template)));
  }
}
