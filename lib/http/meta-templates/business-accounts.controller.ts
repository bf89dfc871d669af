import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import type { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { type Caller, CurrentCaller } from '../../auth/caller.js';
import { RequireAbility } from '../../auth/require-ability.decorator.js';
import type { QuotaUsage } from '../../messages/quota-usage.js';
import { RecipientBudget } from '../../messages/recipient-budget.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { Operation, type OperationDescription } from '../openapi/operation.js';
import type { TemplateVariable } from '../../templates/variables/template-variable.js';
import type { TemplateEntity } from '../../templates/template.entity.js';
import { array, boolean, integer, nullable, number, object, oneOf, string } from '../openapi/schema.js';
import { PHONE_NUMBER_ID } from './meta-templates.schemas.js';

const quotaSchema = object({
  dailyLimit: nullable(integer({ description: 'Null where there is no limit.' })),
  uniqueNumbersSent24h: integer(),
  remaining: nullable(integer()),
  usagePercentage: number(),
  canSend: boolean(),
});

const phoneNumber = object({
  id: integer(),
  phoneNumberId: string({ description: 'Meta’s id.' }),
  displayPhoneNumber: nullable(string()),
  verifiedName: nullable(string()),
  isPrimary: boolean(),
  messagingLimitTier: nullable(string()),
  qualityRating: nullable(string()),
  quota: quotaSchema,
});

const variable = object({
  name: string(),
  type: oneOf('TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'),
  position: integer(),
  isRequired: boolean(),
  component: oneOf('HEADER', 'BODY', 'BUTTON'),
});

const templateSchema = object({
  name: string(),
  language: string(),
  category: string(),
  variables: array(variable),
});

const businessAccountsOperation: OperationDescription = {
  summary: 'What can be sent, and from where',
  description: 'The accounts of the key’s workspace with their phone numbers, quotas and approved templates.',
  answers: {
    200: {
      description: 'The accounts.',
      json: {
        schema: object({
          companyName: string(),
          apiKeyName: nullable(string()),
          businessAccounts: array(
            object({
              businessAccountId: integer(),
              businessName: nullable(string()),
              phoneNumbers: array(phoneNumber),
              templates: array(templateSchema),
            }),
          ),
        }),
        example: {
          companyName: 'Mi Empresa SRL',
          apiKeyName: 'Production API Key',
          businessAccounts: [
            {
              businessAccountId: 1,
              businessName: 'Mi Empresa WhatsApp Business',
              phoneNumbers: [
                {
                  id: 123,
                  phoneNumberId: PHONE_NUMBER_ID,
                  displayPhoneNumber: '+54 9 223 675-0780',
                  verifiedName: 'Mi Empresa',
                  isPrimary: true,
                  messagingLimitTier: 'TIER_2K',
                  qualityRating: 'GREEN',
                  quota: {
                    dailyLimit: 2000,
                    uniqueNumbersSent24h: 45,
                    remaining: 1955,
                    usagePercentage: 2.3,
                    canSend: true,
                  },
                },
              ],
              templates: [
                {
                  name: 'welcome_message',
                  language: 'es',
                  category: 'MARKETING',
                  variables: [{ name: 'name', type: 'TEXT', position: 1, isRequired: true, component: 'BODY' }],
                },
              ],
            },
          ],
        },
      },
    },
  },
};

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
    for (const row of numbers) {
      const { messagingLimit } = row;
      const portfolio = this.budget.portfolioOf({ messagingLimit, account });
      const usage = usages.get(messagingLimit) ?? (await this.budget.usage(portfolio));
      usages.set(messagingLimit, usage);
      presented.push(presentPhoneNumber(row, row.id === primaryId, usage));
    }
    return presented;
  }

  async #templatesOf({ businessAccountId }: BusinessAccountEntity, workspace: string): Promise<object[]> {
    const templates = await this.templates.list({ workspace, businessAccountId, status: 'APPROVED' });
    return templates.map((template) => presentTemplate(template, this.templates.variablesOf(template)));
  }
}

/** One phone number of `GET /business-accounts/`. */
function presentPhoneNumber(row: PhoneNumberEntity, isPrimary: boolean, quota: QuotaUsage): object {
  return {
    id: row.id,
    phoneNumberId: row.phoneNumberId,
    displayPhoneNumber: row.displayPhoneNumber,
    verifiedName: row.verifiedName,
    isPrimary,
    messagingLimitTier: row.messagingLimit,
    qualityRating: row.qualityRating,
    quota: {
      dailyLimit: quota.limit,
      uniqueNumbersSent24h: quota.used,
      remaining: quota.remaining,
      usagePercentage: quota.limit ? Math.round((quota.used / quota.limit) * 1_000) / 10 : 0,
      canSend: quota.remaining !== 0,
    },
  };
}

/** One template of `GET /business-accounts/`. */
function presentTemplate(template: TemplateEntity, variables: readonly TemplateVariable[]): object {
  return {
    name: template.name,
    language: template.language,
    category: template.category,
    variables: variables.map(({ name, type, position, isRequired, component }) => ({
      name,
      type,
      position,
      isRequired,
      component,
    })),
  };
}
