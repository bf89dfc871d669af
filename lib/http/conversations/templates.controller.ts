import { Controller, Get } from '@nestjs/common';
import { type WhatsAppCaller, CurrentCaller, RequireAbility } from '../../auth/caller.js';
import type { WhatsAppTemplate } from '../../templates/template.view.js';
import { TemplatesService } from '../../templates/templates.service.js';
import { exampleErrors } from '../openapi/example-errors.js';
import { Operation } from '../openapi/operation.js';
import { Field } from '../surface/dto.js';

/** One of `GET /templates`. */
export class TemplateView {
  @Field({ example: 'welcome_message' })
  name!: string;

  @Field({ example: 'APPROVED' })
  status!: string;

  @Field({ example: 'MARKETING' })
  category!: string;

  @Field({ example: 'es' })
  language!: string;

  @Field({
    type: 'object',
    each: true,
    itemSchema: { additionalProperties: true },
    description: 'In Meta’s own shape.',
    example: [{ type: 'BODY', text: 'Gracias {{name}} por unirte a {{company}}.' }],
  })
  components!: WhatsAppTemplate['components'];
}

/** Answer of `GET /templates`. */
export class TemplatesAnswer {
  @Field({ type: 'boolean', example: true })
  success!: true;

  @Field({ type: () => TemplateView, each: true })
  data!: readonly TemplateView[];
}

/** Lists templates. */
@Controller('templates')
export class ConversationsTemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  /** Fetches the templates from Meta, too. */
  @Operation({
    summary: 'List the approved templates',
    description: 'Fetched from Meta, and stored.',
    answers: { 200: { description: 'All of them.', type: TemplatesAnswer } },
    errors: [429, 502],
    throws: [exampleErrors.unreachable],
  })
  @Get()
  @RequireAbility('templates.read')
  async list(@CurrentCaller() { workspace }: WhatsAppCaller): Promise<TemplatesAnswer> {
    await this.templates.sync({ workspace });
    const templates = await this.templates.list({ workspace, status: 'APPROVED' });
    return { success: true, data: templates.map(presentTemplate) };
  }
}

function presentTemplate({ name, status, category, language, components }: WhatsAppTemplate): TemplateView {
  return { name, status, category, language, components };
}
