import { IsNotEmpty, IsOptional, IsString } from 'class-validator';
import type { TemplatePartVariables, TemplateVariables } from '../../templates/variables/variable-values.js';
import { Field, type FieldOptions } from '../surface/dto.js';

/** The language of a template for which a request does not name one. */
export const DEFAULT_LANGUAGE = 'es';

/** A phone number of Meta's stand-in, for examples. */
export const PHONE_NUMBER_ID = '106540352242922';

const REQUIRED = { message: 'is required: Meta’s id of the phone number that sends, in a string.' };

/** The template of a request, and the number that sends it. The services check what has no class-validator decorator. */
export class TemplateDto {
  @IsString(REQUIRED)
  @IsNotEmpty(REQUIRED)
  @Field({
    description: 'Meta’s id of the phone number that sends.',
    example: PHONE_NUMBER_ID,
    service: 'phoneNumberId',
  })
  phone_number_id!: string;

  @Field({ description: 'As Meta has it.', example: 'welcome_message', service: 'template' })
  template_name!: string;

  @IsOptional()
  @Field({ description: 'Of the template.', default: DEFAULT_LANGUAGE, example: 'es' })
  language?: string | null;
}

/** The description of `recipient_phone`, or of `phone` in bulk. */
export const RECIPIENT_PHONE = 'With its country code, such as `+5491112345678`; or a business-scoped user id.';

const VALUES = { type: 'object', additionalProperties: true, nullable: true, optional: true } as const;

export const VARIABLES: FieldOptions = {
  ...VALUES,
  description:
    'Values by the template’s own names, `1`, `2` … where it has none. `header_1` is the header’s where the body has a ' +
    '`1`, too; `header_image`, `header_video` and `header_document` take a URL or a media id, `header_location` an object.',
};

export const BUTTON_VARIABLES: FieldOptions = {
  ...VALUES,
  description:
    'Values by `button_0`, `button_1` …: the end of a URL, the payload of a quick reply, or the code of a copy-code button.',
  service: 'buttonVariables',
};

/** Values of a message, or of a card of its carousel. The services check them. */
export class PartVariablesDto {
  @Field(VARIABLES)
  readonly variables?: TemplatePartVariables['variables'] | null;

  @Field(BUTTON_VARIABLES)
  readonly button_variables?: TemplatePartVariables['buttonVariables'] | null;
}

export const CARDS: FieldOptions = {
  type: () => PartVariablesDto,
  each: true,
  description: 'Values of a carousel’s cards, in order.',
  nullable: true,
  optional: true,
  checkedByService: true,
};

/** Values of a template in this API's names. */
export class TemplateVariablesDto extends PartVariablesDto {
  @Field(CARDS)
  readonly cards?: PartVariablesDto[] | null;
}

/** The same in the module's names. */
export function toTemplateVariables(dto: TemplateVariablesDto): TemplateVariables {
  const cards = dto.cards ?? undefined;
  // What is no list, or no object, is passed on as it is: the check of the template's values reports it.
  return { ...toPartVariables(dto), cards: Array.isArray(cards) ? cards.map(toPartVariables) : cards };
}

function toPartVariables(part: PartVariablesDto): TemplatePartVariables {
  if (typeof part !== 'object' || part === null) return part;
  return { variables: part.variables ?? undefined, buttonVariables: part.button_variables ?? undefined };
}
