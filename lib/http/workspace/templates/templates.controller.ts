import { Controller, Get, Query } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../../auth/caller.js';
import { TemplatesService } from '../../../templates/templates.service.js';
import { WorkspacesService } from '../../../accounts/workspaces.service.js';
import { ValidDtoPipe, Field } from '../../surface/dto.js';
import { Operation } from '../../openapi/operation.js';
import { RequestUrl } from '../../surface/handler-parameters.js';
import { PageDto, toPage } from '../page.dto.js';
import { pageAnswer, paginated } from '../paginator.presenter.js';
import { success } from '../success.js';
import {
  partsOf,
  type TemplatePart,
  headerFormatOf,
  placeholderNames,
} from '../../../templates/variables/template-part.js';
import { componentOf, type TemplateComponent } from '../../../templates/template-component.js';
import type { WhatsAppTemplate } from '../../../templates/template.view.js';

const COUNT = { type: 'integer', minimum: 0, description: 'Variables in this text.' } as const;

const SAMPLES = {
  each: true,
  nullable: true,
  description: 'The values that Meta’s reviewers saw, in order.',
} as const;

/** One of `GET /templates`. */
export class TemplateView {
  @Field({ type: 'integer', example: 45 })
  id!: number;

  @Field({ type: 'integer', description: 'Row id of the workspace.', example: 1 })
  tenant_id!: number;

  @Field({ description: 'Meta’s id.', example: '1026573095658757' })
  template_id!: string;

  @Field({ example: 'order_shipped' })
  template_name!: string;

  @Field({ example: 'en_US' })
  language!: string;

  @Field({ description: 'Only `APPROVED` ones can be sent.', example: 'APPROVED' })
  status!: string;

  @Field({ example: 'UTILITY' })
  category!: string;

  @Field({ description: 'Null without a header, else such as `TEXT`.', nullable: true, example: null })
  header_data_format!: string | null;

  @Field({ nullable: true, example: null })
  header_data_text!: string | null;

  @Field({ ...COUNT, example: 0 })
  header_params_count!: number;

  @Field({ nullable: true, example: 'Your order {{1}} is on its way.' })
  body_data!: string | null;

  @Field({ ...COUNT, example: 1 })
  body_params_count!: number;

  @Field({ nullable: true, example: null })
  footer_data!: string | null;

  @Field({ ...COUNT, example: 0 })
  footer_params_count!: number;

  @Field({ description: 'The buttons in Meta’s own shape, as JSON in a text; `[]` without any.', example: '[]' })
  buttons_data!: string;

  @Field({ description: 'Meta’s copy of the sample file; it cannot be sent.', nullable: true, example: null })
  header_file_url!: string | null;

  @Field({ ...SAMPLES, example: null })
  header_variable_value!: readonly string[] | null;

  @Field({ ...SAMPLES, example: ['860198'] })
  body_variable_value!: readonly string[] | null;

  @Field({ enum: ['standard', 'carousel'], example: 'standard' })
  template_type!: 'standard' | 'carousel';

  @Field({
    type: 'object',
    each: true,
    description: 'Of a carousel, in Meta’s own shape.',
    nullable: true,
    example: null,
  })
  cards_json!: readonly object[] | null;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;

  @Field({
    description: 'When it was last fetched from Meta.',
    format: 'date-time',
    example: '2026-11-16T21:30:00.000Z',
  })
  updated_at!: Date;

  @Field({ example: 'order_shipped' })
  name!: string;

  @Field({
    type: 'object',
    each: true,
    description: 'In Meta’s own shape.',
    example: [{ type: 'BODY', text: 'Your order {{1}} is on its way.', example: { body_text: [['860198']] } }],
  })
  components!: WhatsAppTemplate['components'];
}

/** The workspace's templates. */
@Controller('templates')
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Get()
  @RequireAbility('templates.read')
  @Operation({
    summary: 'List templates',
    description: 'All that the module has stored, whatever their status, by name and language.',
    answers: { 200: pageAnswer('templates', TemplateView) },
    errors: [422, 429],
  })
  async list(
    @Query(new ValidDtoPipe(PageDto)) query: PageDto,
    @CurrentCaller() { workspace }: WhatsAppCaller,
    @RequestUrl() url: URL,
  ): Promise<object> {
    const { page, perPage } = toPage(query);
    const { items, total } = await this.templates.listPage({ workspace, page, pageSize: perPage });
    const tenantId = await this.workspaces.idOf(workspace);
    const presented = items.map((template) => presentTemplate(template, tenantId));
    const data = paginated(presented, total, { url, page, perPage });
    return success('Templates retrieved successfully', data);
  }
}

/** @param tenantId row id of the workspace */
function presentTemplate(template: WhatsAppTemplate, tenantId: number): TemplateView {
  const { main } = partsOf(template);
  const { header, body, footer } = main;
  const cards = componentOf(template.components, 'CAROUSEL')?.cards;
  return {
    id: template.id,
    tenant_id: tenantId,
    template_id: template.templateId,
    template_name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    header_data_format: headerFormatOf(main) ?? null,
    header_data_text: header?.text ?? null,
    header_params_count: countOf(header),
    body_data: body?.text ?? null,
    body_params_count: countOf(body),
    footer_data: footer?.text ?? null,
    footer_params_count: countOf(footer),
    // A text, as the documented API stores it.
    buttons_data: JSON.stringify(main.buttons),
    header_file_url: header?.example?.header_handle?.[0] ?? null,
    header_variable_value: samplesOf(main, header?.example?.header_text, header?.example?.header_text_named_params),
    body_variable_value: samplesOf(main, body?.example?.body_text?.[0], body?.example?.body_text_named_params),
    template_type: cards ? 'carousel' : 'standard',
    cards_json: cards ?? null,
    created_at: template.createdAt,
    updated_at: template.syncedAt,
    name: template.name,
    components: template.components,
  };
}

const countOf = (component: TemplateComponent | undefined): number => placeholderNames(component?.text ?? '').length;

/** The values that Meta's reviewers saw, in the order of the variables. */
function samplesOf(
  { named }: TemplatePart,
  positional: readonly string[] | undefined,
  byName: readonly { readonly example: string }[] | undefined,
): readonly string[] | null {
  return (named ? byName?.map(({ example }) => example) : positional) ?? null;
}
