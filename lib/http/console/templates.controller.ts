import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { AccountsService } from '../../accounts/accounts.service.js';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { NotFoundError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import { MessagesService } from '../../messages/messages.service.js';
import type { TemplateName } from '../../templates/template-finder.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
import { TemplateVariablesDto, toTemplateVariables } from '../meta-templates/template.dto.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
import { IdempotencyKey } from '../surface/handler-parameters.js';
import { MessageItem, presentMessageItem } from './message.presenter.js';
import { CreateTemplateDto, EditTemplateDto, toDraft, toEdit } from './template-drafts.dto.js';
import { ConsoleTemplate, presentTemplate } from './template.presenter.js';

const TEXT = { message: 'must be a text.' };

/** Query of `GET /api/templates`. */
export class ListTemplatesDto extends PageDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those with this status of Meta’s.', example: 'APPROVED' })
  status?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those of this category.', example: 'MARKETING' })
  category?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those in this language.', example: 'es' })
  language?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Only those of this account: Meta’s id of it.', service: 'businessAccountId' })
  business_account_id?: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'A part of the name.', service: 'search', example: 'welcome' })
  q?: string;
}

/** Answer of `GET /api/templates`. */
export class TemplatesAnswer {
  @Field({ type: () => ConsoleTemplate, each: true })
  templates!: readonly ConsoleTemplate[];

  @Field({ type: 'integer', description: 'Of all pages.', example: 1 })
  total!: number;
}

/** A business account that has templates. */
export class TemplateAccount {
  @Field({ description: 'Meta’s id.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ nullable: true, example: 'Mi Empresa' })
  name!: string | null;
}

/** Answer of `GET /api/templates/filters`. */
export class TemplateFilters {
  @Field({ type: () => TemplateAccount, each: true })
  accounts!: readonly TemplateAccount[];

  @Field({ each: true, description: 'Those that templates are in.', example: ['es'] })
  languages!: readonly string[];

  @Field({ each: true, description: 'Those that templates have.', example: ['APPROVED'] })
  statuses!: readonly string[];
}

/** Answer of `POST /api/templates/sync`. */
export class SyncedTemplates {
  @Field({ type: 'integer', description: 'How many there are.', example: 12 })
  total!: number;
}

/** Body of `POST /api/templates/{id}/send`. */
export class SendTemplateOnceDto extends TemplateVariablesDto {
  @IsString(TEXT)
  @Field({ description: 'A phone number with its country code, or a user id.', example: '+5491112345678' })
  to!: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: 'Meta’s id of the number that sends; the primary one by default.', service: 'phoneNumberId' })
  phone_number_id?: string | null;
}

const ID = { id: { description: 'Row id of the template.', schema: string() } };
const NOT_FOUND = new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template 45.');

/** Lists, shows, creates, edits, deletes and sends templates. */
@Controller('api/templates')
export class ConsoleTemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly accounts: AccountsService,
    private readonly messages: MessagesService,
  ) {}

  @Operation({
    summary: 'List templates',
    description: 'Those that are stored, by name and language; deleted ones where the status asks for them.',
    answers: { 200: { description: 'A page of them.', type: TemplatesAnswer } },
    errors: [400, 404],
    throws: [new NotFoundError('BUSINESS_ACCOUNT_NOT_FOUND', 'There is no business account 45.')],
  })
  @Get()
  @RequireAbility('templates.read')
  async list(
    @Query(new ValidDtoPipe(ListTemplatesDto)) query: ListTemplatesDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<TemplatesAnswer> {
    const { items, total } = await this.templates.listPage({
      workspace,
      businessAccountId: query.business_account_id || undefined,
      status: query.status || undefined,
      category: query.category || undefined,
      language: query.language || undefined,
      search: query.q || undefined,
      ...toPage(query),
    });
    return { templates: items.map(presentTemplate), total };
  }

  @Operation({
    summary: 'Get what templates can be filtered by',
    answers: { 200: { description: 'What there is.', type: TemplateFilters } },
  })
  @Get('filters')
  @RequireAbility('templates.read')
  async filters(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<TemplateFilters> {
    const [accounts, { languages, statuses }] = await Promise.all([
      this.accounts.list({ workspace }),
      this.templates.words({ workspace }),
    ]);
    return {
      accounts: accounts.map(({ businessAccountId, name }) => ({ business_account_id: businessAccountId, name })),
      languages,
      statuses,
    };
  }

  @Operation({
    summary: 'Fetch all templates from Meta',
    answers: { 200: { description: 'Fetched, and stored.', type: SyncedTemplates } },
    errors: [429, 502],
    throws: [exampleErrors.unreachable],
  })
  @Post('sync')
  @HttpCode(200)
  @RequireAbility('templates.read')
  async sync(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<SyncedTemplates> {
    await this.templates.sync({ workspace });
    return { total: (await this.templates.listPage({ workspace, page: 1, pageSize: 1 })).total };
  }

  @Operation({
    summary: 'Create a template',
    description: 'Meta then reviews it.',
    answers: { 201: { description: 'Created at Meta.', type: ConsoleTemplate } },
    errors: [400, 404, 429, 502, 504],
    throws: [new NotFoundError('BUSINESS_ACCOUNT_NOT_FOUND', 'There is no business account 45.')],
  })
  @Post()
  @HttpCode(201)
  @RequireAbility('templates.create')
  async create(
    @Body(new ValidDtoPipe(CreateTemplateDto)) body: CreateTemplateDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<ConsoleTemplate> {
    const where = { workspace, businessAccountId: body.business_account_id || undefined };
    return presentTemplate(await this.templates.create(toDraft(body), where));
  }

  @Operation({
    summary: 'Get a template',
    params: ID,
    answers: { 200: { description: 'The template.', type: ConsoleTemplate } },
    errors: [404],
    throws: [NOT_FOUND],
  })
  @Get(':id')
  @RequireAbility('templates.read')
  async get(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<ConsoleTemplate> {
    return presentTemplate(await this.templates.getById(Number(id), { workspace }));
  }

  @Operation({
    summary: 'Edit a template',
    description: 'Meta then reviews it again. An approved one is edited once in 24 hours, 10 times in 30 days.',
    params: ID,
    answers: { 200: { description: 'As Meta has it now.', type: ConsoleTemplate } },
    errors: [400, 404, 429, 502, 504],
    throws: [NOT_FOUND],
  })
  @Post(':id/edit')
  @HttpCode(200)
  @RequireAbility('templates.update')
  async edit(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(EditTemplateDto)) body: EditTemplateDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
  ): Promise<ConsoleTemplate> {
    const template = await this.#nameOf(id, workspace);
    return presentTemplate(await this.templates.edit(template, toEdit(body)));
  }

  @Operation({
    summary: 'Delete a template',
    description: 'In its one language; Meta takes the name again after 30 days.',
    params: ID,
    answers: { 204: { description: 'Deleted at Meta.' } },
    errors: [404, 429, 502, 504],
    throws: [NOT_FOUND],
  })
  @Delete(':id')
  @HttpCode(204)
  @RequireAbility('templates.delete')
  async delete(@Param('id') id: string, @CurrentCaller() { workspace }: WhatsAppCaller): Promise<void> {
    await this.templates.delete(await this.#nameOf(id, workspace));
  }

  @Operation({
    summary: 'Send a template to one person',
    params: ID,
    isIdempotent: true,
    answers: { 201: { description: 'Meta accepted the message.', type: MessageItem } },
    errors: [400, 404, 409, 429, 502, 504],
    throws: [NOT_FOUND],
  })
  @Post(':id/send')
  @HttpCode(201)
  @RequireAbility('messages.send')
  async send(
    @Param('id') id: string,
    @Body(new ValidDtoPipe(SendTemplateOnceDto)) body: SendTemplateOnceDto,
    @CurrentCaller() { workspace, apiKeyId }: WhatsAppCaller,
    @IdempotencyKey() idempotency?: IdempotencyInput,
  ): Promise<MessageItem> {
    const { name, language } = await this.#nameOf(id, workspace);
    const message = await this.messages.sendTemplate({
      ...toTemplateVariables(body),
      workspace,
      apiKeyId,
      template: name,
      language,
      to: body.to,
      phoneNumberId: body.phone_number_id || undefined,
      idempotency,
    });
    return presentMessageItem(message);
  }

  async #nameOf(id: string, workspace: string): Promise<TemplateName> {
    const { name, language, businessAccountId } = await this.templates.getById(Number(id), { workspace });
    return { workspace, name, language, businessAccountId };
  }
}
