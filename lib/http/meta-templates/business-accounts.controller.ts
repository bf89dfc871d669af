import { Controller, Get } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import type { WhatsAppAccount, WhatsAppPhoneNumber } from '../../accounts/account.view.js';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import { MessagingLimits, type QuotaUsage } from '../../messages/messaging-limits.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { Operation } from '../openapi/operation.js';
import type { TemplateVariable } from '../../templates/variables/template-variable.js';
import type { WhatsAppTemplate } from '../../templates/template.view.js';
import { Field } from '../surface/dto.js';
import { PHONE_NUMBER_ID } from './template.dto.js';

/** How much of the messaging limit is used. */
export class Quota {
  @Field({ type: 'integer', description: 'Null where there is no limit.', nullable: true, example: 2000 })
  dailyLimit!: number | null;

  @Field({ type: 'integer', example: 45 })
  uniqueNumbersSent24h!: number;

  @Field({ type: 'integer', nullable: true, example: 1955 })
  remaining!: number | null;

  @Field({ type: 'number', example: 2.3 })
  usagePercentage!: number;

  @Field({ type: 'boolean', example: true })
  canSend!: boolean;
}

/** A phone number of the account. */
export class PhoneNumber {
  @Field({ type: 'integer', example: 123 })
  id!: number;

  @Field({ description: 'Meta’s id.', example: PHONE_NUMBER_ID })
  phoneNumberId!: string;

  @Field({ nullable: true, example: '+54 9 223 675-0780' })
  displayPhoneNumber!: string | null;

  @Field({ nullable: true, example: 'Mi Empresa' })
  verifiedName!: string | null;

  @Field({ type: 'boolean', example: true })
  isPrimary!: boolean;

  @Field({ nullable: true, example: 'TIER_2K' })
  messagingLimitTier!: string | null;

  @Field({ nullable: true, example: 'GREEN' })
  qualityRating!: string | null;

  @Field({ type: () => Quota })
  quota!: Quota;
}

/** A variable of a template. */
export class Variable {
  @Field({ example: 'name' })
  name!: string;

  @Field({ enum: ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'], example: 'TEXT' })
  type!: TemplateVariable['type'];

  @Field({ type: 'integer', example: 1 })
  position!: number;

  @Field({ type: 'boolean', example: true })
  isRequired!: boolean;

  @Field({ enum: ['HEADER', 'BODY', 'BUTTON'], example: 'BODY' })
  component!: TemplateVariable['component'];
}

/** A template of the account. */
export class Template {
  @Field({ example: 'welcome_message' })
  name!: string;

  @Field({ example: 'es' })
  language!: string;

  @Field({ example: 'MARKETING' })
  category!: string;

  @Field({ type: () => Variable, each: true })
  variables!: readonly Variable[];
}

/** A WhatsApp Business account of the workspace. */
export class BusinessAccount {
  @Field({ type: 'integer', example: 1 })
  businessAccountId!: number;

  @Field({ nullable: true, example: 'Mi Empresa WhatsApp Business' })
  businessName!: string | null;

  @Field({ type: () => PhoneNumber, each: true })
  phoneNumbers!: readonly PhoneNumber[];

  @Field({ type: () => Template, each: true })
  templates!: readonly Template[];
}

/** Answer of `GET /business-accounts/`. */
export class BusinessAccountsAnswer {
  @Field({ example: 'Mi Empresa SRL' })
  companyName!: string;

  @Field({ nullable: true, example: 'Production API Key' })
  apiKeyName!: string | null;

  @Field({ type: () => BusinessAccount, each: true })
  businessAccounts!: readonly BusinessAccount[];
}

/** Lists what a caller can send, and from where: accounts, numbers with their quota, approved templates. */
@Controller('business-accounts')
export class BusinessAccountsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly templates: TemplatesService,
    private readonly budget: MessagingLimits,
  ) {}

  @Operation({
    summary: 'List accounts, phone numbers and templates',
    description: 'The accounts of the key’s workspace with their phone numbers, quotas and approved templates.',
    answers: { 200: { description: 'The accounts.', type: BusinessAccountsAnswer } },
  })
  @Get()
  @RequireAbility('accounts.read')
  async list(@CurrentCaller() { workspace, apiKeyName }: WhatsAppCaller): Promise<BusinessAccountsAnswer> {
    const accounts = await this.accounts.list({ workspace });
    const numbers = await this.accounts.phoneNumbers({ workspace });
    const businessAccounts: BusinessAccount[] = [];
    for (const account of accounts) {
      const own = numbers.filter(({ businessAccountId }) => businessAccountId === account.businessAccountId);
      businessAccounts.push({
        businessAccountId: account.id,
        businessName: account.name,
        phoneNumbers: await this.#phoneNumbersOf(account, own),
        templates: await this.#templatesOf(account, workspace),
      });
    }
    return {
      companyName: accounts.find((account) => account.ownerBusinessName)?.ownerBusinessName ?? workspace,
      apiKeyName: apiKeyName ?? null,
      businessAccounts,
    };
  }

  async #phoneNumbersOf(account: WhatsAppAccount, numbers: readonly WhatsAppPhoneNumber[]): Promise<PhoneNumber[]> {
    // All numbers of an account share one budget, and nearly always Meta says the same of their limit.
    const usages = new Map<string | null, QuotaUsage>();
    const presented: PhoneNumber[] = [];
    for (const number of numbers) {
      const { messagingLimit } = number;
      const portfolio = this.budget.portfolioOf({ messagingLimit, account });
      const usage = usages.get(messagingLimit) ?? (await this.budget.usage(portfolio));
      usages.set(messagingLimit, usage);
      presented.push(presentPhoneNumber(number, usage));
    }
    return presented;
  }

  async #templatesOf({ businessAccountId }: WhatsAppAccount, workspace: string): Promise<Template[]> {
    const templates = await this.templates.list({ workspace, businessAccountId, status: 'APPROVED' });
    return templates.map((template) => presentTemplate(template, this.templates.variablesOf(template)));
  }
}

function presentPhoneNumber(number: WhatsAppPhoneNumber, quota: QuotaUsage): PhoneNumber {
  return {
    id: number.id,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: number.displayPhoneNumber,
    verifiedName: number.verifiedName,
    isPrimary: number.isPrimary,
    messagingLimitTier: number.messagingLimit,
    qualityRating: number.qualityRating,
    quota: {
      dailyLimit: quota.limit,
      uniqueNumbersSent24h: quota.used,
      remaining: quota.remaining,
      usagePercentage: quota.limit ? Math.round((quota.used / quota.limit) * 1_000) / 10 : 0,
      canSend: quota.remaining !== 0,
    },
  };
}

function presentTemplate(template: WhatsAppTemplate, variables: readonly TemplateVariable[]): Template {
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
