import type { ListedFields, ValuesInOrder } from '../../templates/variables/values-in-order.js';
import type { SendTemplateDto } from './send.dto.js';

/** The values of a template, with what this API calls each of them. */
export function valuesOf({ header_params, body_params }: SendTemplateDto): ValuesInOrder {
  return {
    templatePath: 'template_name',
    header: listOf('header_params', header_params),
    body: listOf('body_params', body_params),
  };
}

function listOf(name: string, values: unknown): ListedFields {
  return { values: Array.isArray(values) ? values : [], pathOf: (index) => `${name}[${index}]` };
}

/** Whether a problem is one of values, or of what the template takes. */
export const isOfValues = (path: string): boolean => /^(?:template_name|header_params|body_params)\b/.test(path);
