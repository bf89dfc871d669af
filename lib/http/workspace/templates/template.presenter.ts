import type { TemplateEntity } from '../../../templates/template.entity.js';

/** One of `GET /templates`. */
export function presentTemplate(template: TemplateEntity): object {
  return {
    id: template.id,
    template_id: template.templateId,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    components: template.components,
    created_at: template.createdAt,
    updated_at: template.syncedAt,
  };
}
