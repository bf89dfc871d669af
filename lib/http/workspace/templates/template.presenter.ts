import { partsOf, type TemplatePart } from '../../../templates/variables/template-part.js';
import { componentOf, type TemplateComponent } from '../../../templates/template-component.js';
import type { TemplateEntity } from '../../../templates/template.entity.js';
import { headerFormatOf } from '../../../templates/variables/header-variables.js';
import { placeholderNames } from '../../../templates/variables/placeholders.js';

/** One of `GET /templates`. @param tenantId row id of the workspace */
export function presentTemplate(template: TemplateEntity, tenantId: number): object {
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
