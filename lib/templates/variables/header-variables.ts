import { isPosition, placeholderNames } from './placeholders.js';
import type { TemplatePart } from './template-part.js';
import type { TemplateVariable } from './template-variable.js';

const HEADER = { component: 'HEADER', position: 1, isRequired: true } as const;

/** What the header takes: a text's variables, or one medium, place or product. */
export function headerVariables(part: TemplatePart): TemplateVariable[] {
  switch (headerFormatOf(part)) {
    case 'TEXT':
      return textVariables(part);
    case 'IMAGE':
      return [{ ...HEADER, name: 'header_image', type: 'IMAGE', kind: 'IMAGE' }];
    case 'VIDEO':
      return [{ ...HEADER, name: 'header_video', type: 'VIDEO', kind: 'VIDEO' }];
    case 'DOCUMENT':
      return [{ ...HEADER, name: 'header_document', type: 'DOCUMENT', kind: 'DOCUMENT' }];
    case 'LOCATION':
      return [{ ...HEADER, name: 'header_location', type: 'LOCATION', kind: 'LOCATION' }];
    case 'PRODUCT':
      return [{ ...HEADER, name: 'header_product', type: 'TEXT', kind: 'PRODUCT' }];
    default:
      return [];
  }
}

/** The header's format in upper case; `TEXT` when Meta names none, and undefined without a header. */
export function headerFormatOf(part: TemplatePart): string | undefined {
  return part.header && (part.header.format || 'TEXT').toUpperCase();
}

function textVariables(part: TemplatePart): TemplateVariable[] {
  const { header_text: positional, header_text_named_params: named } = part.header?.example ?? {};
  const inBody = new Set(placeholderNames(part.body?.text ?? ''));
  return placeholderNames(part.header?.text ?? '').map((placeholder, index) => ({
    ...HEADER,
    // One name means one value, except for numbers: the header and the body each count from 1.
    name: !part.named && inBody.has(placeholder) ? `header_${placeholder}` : placeholder,
    type: 'TEXT',
    kind: 'TEXT',
    position: isPosition(placeholder) ? Number(placeholder) : index + 1,
    placeholder,
    ...(part.named && inBody.has(placeholder) && { headerName: headerNameOf(placeholder, inBody) }),
    example: part.named ? named?.find((one) => one.param_name === placeholder)?.example : positional?.[index],
  }));
}

/** A variable of the body may be called so already. */
function headerNameOf(placeholder: string, inBody: ReadonlySet<string>): string {
  const name = `header_${placeholder}`;
  return inBody.has(name) ? headerNameOf(name, inBody) : name;
}
