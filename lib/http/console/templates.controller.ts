import { Controller, Get, Param, Query } from '@nestjs/common';
import { IsOptional, IsString } from 'class-validator';
import { CurrentCaller, RequireAbility, type WhatsAppCaller } from '../../auth/caller.js';
import { NotFoundError } from '../../errors.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { PageDto, toPage } from '../meta-templates/bulk-sends/page.js';
import { Operation } from '../openapi/operation.js';
import { string } from '../openapi/schema.js';
import { Field, ValidDtoPipe } from '../surface/dto.js';
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

const ID = { id: { description: 'Row id of the template.', schema: string() } };
const NOT_FOUND = new NotFoundError('TEMPLATE_NOT_FOUND', 'There is no template 45.');

/** Lists and shows templates. */
@Controller('api/templates')
export class ConsoleTemplatesController {
  constructor(private readonly templates: TemplatesService) {}

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
}
