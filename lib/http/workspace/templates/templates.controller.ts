import { Controller, Get, Query } from '@nestjs/common';
import { type Caller, CurrentCaller } from '../../../auth/caller.js';
import { RequireAbility } from '../../../auth/require-ability.decorator.js';
import { TemplatesService } from '../../../templates/templates.service.js';
import { WorkspacesService } from '../../../accounts/workspaces.service.js';
import { ValidDtoPipe } from '../../dto.pipe.js';
import { Operation, type OperationDescription } from '../../openapi/operation.js';
import { RequestUrl } from '../../request-url.decorator.js';
import { PageDto, toPage } from '../page.dto.js';
import { paginated } from '../paginator.presenter.js';
import { presentSuccess } from '../success.presenter.js';
import { partsOf, type TemplatePart } from '../../../templates/variables/template-part.js';
import { componentOf, type TemplateComponent } from '../../../templates/template-component.js';
import type { TemplateEntity } from '../../../templates/template.entity.js';
import { headerFormatOf } from '../../../templates/variables/header-variables.js';
import { placeholderNames } from '../../../templates/variables/placeholders.js';
import { array, dateTime, integer, nullable, object, oneOf, string } from '../../openapi/schema.js';
import { PAGE_QUERY, paginatorSchema, successSchema } from '../success.schema.js';

const COUNT = integer({ minimum: 0, description: 'Variables in this text.' });

const SAMPLES = nullable(array(string(), { description: 'The values that Meta’s reviewers saw, in order.' }));

const TEMPLATE = object({
  id: integer(),
  tenant_id: integer({ description: 'Row id of the workspace.' }),
  template_id: string({ description: 'Meta’s id.' }),
  template_name: string(),
  language: string({ example: 'en_US' }),
  status: string({ description: 'Only `APPROVED` ones can be sent.', example: 'APPROVED' }),
  category: string({ example: 'UTILITY' }),
  header_data_format: nullable(string({ description: 'Null without a header.', example: 'TEXT' })),
  header_data_text: nullable(string()),
  header_params_count: COUNT,
  body_data: nullable(string()),
  body_params_count: COUNT,
  footer_data: nullable(string()),
  footer_params_count: COUNT,
  buttons_data: string({ description: 'The buttons in Meta’s own shape, as JSON in a text; `[]` without any.' }),
  header_file_url: nullable(string({ description: 'Meta’s copy of the sample file; it cannot be sent.' })),
  header_variable_value: SAMPLES,
  body_variable_value: SAMPLES,
  template_type: oneOf('standard', 'carousel'),
  cards_json: nullable(array(object({}), { description: 'Of a carousel, in Meta’s own shape.' })),
  created_at: dateTime(),
  updated_at: dateTime({ description: 'When Meta was last asked about it.' }),
  name: string(),
  components: array(object({}), { description: 'In Meta’s own shape.' }),
});

const PATH = 'https://api.example.com/api/v1/acme/templates';

const listTemplatesOperation: OperationDescription = {
  summary: 'List templates',
  description: 'Those that the module knows of, whatever their status, by name and language.',
  query: PAGE_QUERY,
  answers: {
    200: {
      description: 'A page of templates.',
      json: {
        schema: successSchema(paginatorSchema(TEMPLATE)),
        example: presentSuccess(
          'Templates retrieved successfully',
          paginated(
            [
              {
                id: 45,
                tenant_id: 1,
                template_id: '1026573095658757',
                template_name: 'order_shipped',
                language: 'en_US',
                status: 'APPROVED',
                category: 'UTILITY',
                header_data_format: null,
                header_data_text: null,
                header_params_count: 0,
                body_data: 'Your order {{1}} is on its way.',
                body_params_count: 1,
                footer_data: null,
                footer_params_count: 0,
                buttons_data: '[]',
                header_file_url: null,
                header_variable_value: null,
                body_variable_value: ['860198'],
                template_type: 'standard',
                cards_json: null,
                created_at: '2026-11-16T21:30:00.000Z',
                updated_at: '2026-11-16T21:30:00.000Z',
                name: 'order_shipped',
                components: [
                  {
                    type: 'BODY',
                    text: 'Your order {{1}} is on its way.',
                    example: { body_text: [['860198']] },
                  },
                ],
              },
            ],
            1,
            { url: new URL(PATH), page: 1, perPage: 15 },
          ),
        ),
      },
    },
  },
  errors: [422, 429],
};

/** The workspace's templates. */
@Controller('templates')
export class TemplatesController {
  constructor(
    private readonly templates: TemplatesService,
    private readonly workspaces: WorkspacesService,
  ) {}

  @Get()
  @RequireAbility('templates.read')
  @Operation(listTemplatesOperation)
  async list(
    @Query(new ValidDtoPipe(PageDto)) query: PageDto,
    @CurrentCaller() { workspace }: Caller,
    @RequestUrl() url: URL,
  ): Promise<object> {
    const { page, perPage } = toPage(query);
    const { items, total } = await this.templates.page({ workspace, page, pageSize: perPage });
    const tenantId = await this.workspaces.idOf(workspace);
    const presented = items.map((template) => presentTemplate(template, tenantId));
    const data = paginated(presented, total, { url, page, perPage });
    return presentSuccess('Templates retrieved successfully', data);
  }
}

/** One of `GET /templates`. @param tenantId row id of the workspace */
function presentTemplate(template: TemplateEntity, tenantId: number): object {
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
