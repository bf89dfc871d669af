import { IsOptional, IsString, ValidateBy } from 'class-validator';
import type { TemplateComponent } from '../../templates/template-component.js';
import type { TemplateDraft, TemplateEdit } from '../../templates/drafts/template-draft.js';
import { Field, type FieldOptions } from '../surface/dto.js';

const TEXT = { message: 'must be a text.' };

const COMPONENTS: FieldOptions = {
  type: 'object',
  each: true,
  itemSchema: { additionalProperties: true },
  description: 'All of them, in Meta’s own shape.',
  example: [{ type: 'BODY', text: 'Gracias {{name}} por unirte.', example: { body_text_named_params: [] } }],
};

const CATEGORY = '`AUTHENTICATION`, `MARKETING` or `UTILITY`; Meta may decide for another.';

/** Body of `POST /api/templates`. */
export class CreateTemplateDto {
  @IsString(TEXT)
  @Field({ description: 'Lower-case letters, digits and underscores.', example: 'welcome_message' })
  name!: string;

  @IsString(TEXT)
  @Field({ example: 'es' })
  language!: string;

  @IsString(TEXT)
  @Field({ description: CATEGORY, example: 'MARKETING' })
  category!: string;

  @IsOptional()
  @IsString(TEXT)
  @Field({ description: '`POSITIONAL` or `NAMED`.', example: 'NAMED', service: 'parameterFormat' })
  parameter_format?: string;

  @IsComponents()
  @Field(COMPONENTS)
  components!: readonly TemplateComponent[];

  @IsOptional()
  @IsString(TEXT)
  @Field({
    description: 'Meta’s id of the account; by default that of the primary phone number.',
    service: 'businessAccountId',
  })
  business_account_id?: string;
}

/** Body of `POST /api/templates/{id}/edit`. */
export class EditTemplateDto {
  @IsOptional()
  @IsString(TEXT)
  @Field({ description: `${CATEGORY} That of an approved one stays.`, example: 'MARKETING' })
  category?: string;

  @IsOptional()
  @IsComponents()
  @Field(COMPONENTS)
  components?: readonly TemplateComponent[];
}

export const toDraft = (body: CreateTemplateDto): TemplateDraft => ({
  name: body.name,
  language: body.language,
  category: body.category,
  components: body.components,
  ...(body.parameter_format && { parameterFormat: body.parameter_format }),
});

export const toEdit = ({ category, components }: EditTemplateDto): TemplateEdit => ({
  ...(category && { category }),
  ...(components && { components }),
});

/** Checks that what the rules of drafts read has the types that Meta documents; they check everything else. */
function IsComponents(): PropertyDecorator {
  return ValidateBy({
    name: 'isComponents',
    validator: { validate: areObjects, defaultMessage: () => 'must be a list of components in Meta’s own shape.' },
  });
}

const TEXTS = new Set(['type', 'format', 'text', 'url', 'phone_number', 'otp_type', 'param_name']);
const LISTS = new Set(['cards', 'components', 'buttons', 'header_text_named_params', 'body_text_named_params']);

function areObjects(value: unknown): boolean {
  return (
    Array.isArray(value) && value.every((item: unknown) => typeof item === 'object' && item !== null && isShaped(item))
  );
}

function isShaped(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isShaped);
  return Object.entries(value).every(([name, field]: [string, unknown]) => {
    if (field === undefined || field === null) return !TEXTS.has(name) && !LISTS.has(name);
    if (TEXTS.has(name)) return typeof field === 'string';
    return LISTS.has(name) ? areObjects(field) : isShaped(field);
  });
}
