import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { AccountCredentials } from '../../accounts/account-credentials.js';
import type { WhatsAppAccount } from '../../accounts/account.view.js';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CurrentCaller, RequireAbility, RequireEveryAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { ConflictError, NotFoundError } from '../../errors.js';
import type { WhatsAppHealthReport } from '../../observability/health/health-check.js';
import { HEALTH_CHECKS } from '../../observability/health/health-check.js';
import { WhatsAppHealth } from '../../observability/health/whatsapp-health.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { type OptionInForce, OptionsInForce } from './options-in-force.js';

const WHEN = { format: 'date-time', nullable: true, example: '2026-11-16T21:00:00.000Z' } as const;

const TOKENS = ['taken', 'refused', 'missing'] as const;

/** A business account, and whether it can work. */
export class ConsoleAccount {
  @Field({ description: 'Meta’s id.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ description: 'Null before it was first fetched.', nullable: true, example: 'Mi Empresa' })
  name!: string | null;

  @Field({ description: 'Name of the business portfolio.', nullable: true, example: 'Mi Empresa SRL' })
  owner_name!: string | null;

  @Field({
    type: 'boolean',
    description: 'Whether the module’s options have it, rather than the database.',
    example: true,
  })
  is_configured!: boolean;

  @Field({
    description: '`refused`: Meta does not take the access token, as far as is known; `missing`: there is none.',
    enum: TOKENS,
    example: 'taken',
  })
  token!: (typeof TOKENS)[number];

  @Field({ ...WHEN, description: 'When the last webhook about it came; null before the first.' })
  webhook_at!: Date | null;

  @Field({ type: 'boolean', description: 'Whether a webhook is due and did not come.', example: false })
  is_silent!: boolean;

  @Field({ ...WHEN, description: 'When it was last fetched from Meta.' })
  synced_at!: Date | null;
}

/** Answer of `GET /api/accounts`. */
export class AccountsAnswer {
  @Field({ type: () => ConsoleAccount, each: true, description: 'The oldest first.' })
  accounts!: readonly ConsoleAccount[];
}

/** Body of `POST /api/accounts`. */
export class AddAccountDto {
  @IsString({ message: 'must be Meta’s id of the account, in digits.' })
  @Field({ description: 'Meta’s id.', service: 'businessAccountId', example: '102290129340398' })
  business_account_id!: string;

  @IsString({ message: 'must be an access token.' })
  @Field({ description: 'Of a system user; stored encrypted.', service: 'accessToken', example: 'EAAJB' })
  access_token!: string;

  @IsOptional()
  @IsString({ message: 'must be a text.' })
  @Field({
    description: 'The app’s secret, which signs webhooks; stored encrypted.',
    service: 'appSecret',
    example: null,
  })
  app_secret?: string | null;
}

/** Body of `POST /api/numbers/{id}/register`. */
export class RegisterNumberDto {
  @IsString({ message: 'must be six digits.' })
  @Field({ description: 'The number’s two-step verification PIN.', example: '123456' })
  pin!: string;
}

/** Answer of a change that has no other. */
export class DoneAnswer {
  @Field({ type: 'boolean', example: true })
  done!: true;
}

/** What one look has shown. */
export class HealthCheck {
  @Field({ enum: [...HEALTH_CHECKS], example: 'tokens' })
  name!: (typeof HEALTH_CHECKS)[number];

  @Field({ enum: ['up', 'down'], example: 'up' })
  status!: 'up' | 'down';

  @Field({ description: 'What is wrong, in a sentence.', nullable: true, example: null })
  message!: string | null;
}

/** Answer of `GET /api/health`. */
export class HealthAnswer {
  @Field({ type: () => HealthCheck, each: true })
  checks!: readonly HealthCheck[];
}

/** An option of the module. */
export class ConsoleOption {
  @Field({ description: 'As it is written in the module’s options.', example: 'refreshInterval' })
  name!: string;

  @Field({
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
    description: 'A duration in milliseconds; null where it is not set.',
    nullable: true,
    example: 21_600_000,
  })
  value!: OptionInForce['value'];

  @Field({ enum: ['text', 'number', 'boolean', 'duration'], example: 'duration' })
  kind!: OptionInForce['kind'];
}

/** Answer of `GET /api/options`. */
export class OptionsAnswer {
  @Field({ type: () => ConsoleOption, each: true })
  options!: readonly ConsoleOption[];
}

const ACCOUNT_ID = { id: { description: 'Meta’s id of the account.', schema: string() } };
const NUMBER_ID = { id: { description: 'Meta’s id of the number.', schema: string() } };
const NO_ACCOUNT = new NotFoundError('BUSINESS_ACCOUNT_NOT_FOUND', 'There is no business account 45.');
const NO_NUMBER = new NotFoundError('PHONE_NUMBER_NOT_FOUND', 'There is no phone number 45.');
const DONE = { 200: { description: 'Done.', type: DoneAnswer } };

/** Accounts, numbers, health and options: what the workspace works with. Changes are for whoever may do everything. */
@Controller('api')
export class ConsoleSettingsController {
  constructor(
    private readonly accounts: AccountsService,
    private readonly credentials: AccountCredentials,
    private readonly templates: TemplatesService,
    private readonly health: WhatsAppHealth,
    private readonly options: OptionsInForce,
  ) {}

  @Operation({
    summary: 'List the business accounts with the state of their tokens and webhooks',
    answers: { 200: { description: 'Those of the workspace.', type: AccountsAnswer } },
  })
  @Get('accounts')
  @RequireAbility('accounts.read')
  async list(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<AccountsAnswer> {
    const [accounts, { accounts: refused = [] }, { accounts: silent = [] }] = await Promise.all([
      this.accounts.list({ workspace }),
      this.health.tokens(),
      this.health.webhooks(),
    ]);
    return { accounts: await Promise.all(accounts.map((account) => this.#present(account, { refused, silent }))) };
  }

  @Operation({
    summary: 'Add a business account, or give one a new token',
    description: 'Nothing is stored when Meta refuses the token.',
    answers: { 201: { description: 'The account, with its numbers and templates.', type: DoneAnswer } },
    errors: [400, 409, 429, 502],
    throws: [new ConflictError('ACCOUNT_CONFIGURED', 'Business account 45 is in the options of WhatsAppModule.')],
  })
  @Post('accounts')
  @HttpCode(201)
  @RequireEveryAbility()
  async add(
    @Body(new ValidDtoPipe(AddAccountDto)) body: AddAccountDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<DoneAnswer> {
    await this.accounts.add({
      workspace,
      businessAccountId: body.business_account_id.trim(),
      accessToken: body.access_token.trim(),
      ...(body.app_secret?.trim() && { appSecret: body.app_secret.trim() }),
    });
    return { done: true };
  }

  @Operation({ summary: 'Fetch accounts, numbers and templates from Meta', answers: DONE, errors: [429, 502] })
  @Post('accounts/sync')
  @HttpCode(200)
  @RequireEveryAbility()
  async sync(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<DoneAnswer> {
    await this.accounts.sync({ workspace });
    await this.templates.sync({ workspace });
    return { done: true };
  }

  @Operation({
    summary: 'Subscribe the app to the webhooks of an account',
    params: ACCOUNT_ID,
    answers: DONE,
    errors: [404, 429, 502, 504],
    throws: [NO_ACCOUNT],
  })
  @Post('accounts/:id/subscribe')
  @HttpCode(200)
  @RequireEveryAbility()
  async subscribe(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<DoneAnswer> {
    await this.accounts.subscribeApp(id, { workspace });
    return { done: true };
  }

  @Operation({
    summary: 'Register a phone number for the Cloud API',
    description: 'Meta allows ten tries in 72 hours.',
    params: NUMBER_ID,
    answers: DONE,
    errors: [400, 404, 429, 502, 504],
    throws: [NO_NUMBER],
  })
  @Post('numbers/:id/register')
  @HttpCode(200)
  @RequireEveryAbility()
  async register(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(RegisterNumberDto)) { pin }: RegisterNumberDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<DoneAnswer> {
    await this.accounts.registerPhoneNumber(id, pin, { workspace });
    return { done: true };
  }

  @Operation({
    summary: 'Have a phone number send where none is named',
    params: NUMBER_ID,
    answers: DONE,
    errors: [404],
    throws: [NO_NUMBER],
  })
  @Post('numbers/:id/primary')
  @HttpCode(200)
  @RequireEveryAbility()
  async makePrimary(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<DoneAnswer> {
    await this.accounts.makePrimary(id, { workspace });
    return { done: true };
  }

  @Operation({
    summary: 'Look whether the module can work',
    description: 'Database, Redis and Meta; access tokens and webhooks of the workspace’s accounts.',
    answers: { 200: { description: 'One thing at a time.', type: HealthAnswer } },
  })
  @Get('health')
  @RequireAbility('accounts.read')
  async look(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<HealthAnswer> {
    const [report, accounts] = await Promise.all([this.health.check(), this.accounts.list({ workspace })]);
    return presentHealth(
      report,
      accounts.map(({ businessAccountId }) => businessAccountId),
    );
  }

  @Operation({
    summary: 'List the options in force',
    description: 'Of this process, defaults filled in; never a secret.',
    answers: { 200: { description: 'By name.', type: OptionsAnswer } },
  })
  @Get('options')
  @RequireEveryAbility()
  listOptions(): OptionsAnswer {
    return { options: this.options.list() };
  }

  async #present(
    account: WhatsAppAccount,
    { refused, silent }: { readonly refused: readonly string[]; readonly silent: readonly string[] },
  ): Promise<ConsoleAccount> {
    const { businessAccountId: id } = account;
    const hasToken = await this.credentials.has(id);
    return {
      business_account_id: id,
      name: account.name,
      owner_name: account.ownerBusinessName,
      is_configured: this.credentials.isConfigured(id),
      token: hasToken ? (refused.includes(id) ? 'refused' : 'taken') : 'missing',
      webhook_at: account.webhookAt,
      is_silent: silent.includes(id),
      synced_at: account.syncedAt,
    };
  }
}

/** What is wrong with another workspace's accounts is not this one's to know. */
const presentHealth = ({ checks }: WhatsAppHealthReport, own: readonly string[]): HealthAnswer => ({
  checks: HEALTH_CHECKS.map((name) => {
    const { status, message = null, accounts } = checks[name];
    const isOthers = accounts !== undefined && !accounts.some((id) => own.includes(id));
    return isOthers ? { name, status: 'up', message: null } : { name, status, message };
  }),
});
