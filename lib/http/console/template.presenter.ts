import type { TemplateVariable, TemplateVariableKind } from '../../templates/variables/template-variable.js';
import type { WhatsAppTemplate } from '../../templates/template.view.js';
import { variablesOf } from '../../templates/variables/template-variables.js';
import { Field } from '../surface/dto.js';

const KINDS: readonly TemplateVariableKind[] = [
  'TEXT',
  'ONE_TIME_CODE',
  'IMAGE',
  'VIDEO',
  'GIF',
  'DOCUMENT',
  'LOCATION',
  'PRODUCT',
  'OFFER_EXPIRATION',
  'URL_SUFFIX',
  'QUICK_REPLY_PAYLOAD',
  'VOICE_CALL',
  'COUPON_CODE',
  'FLOW',
  'CATALOG',
  'MULTI_PRODUCT',
];

/** One thing that a template takes. */
export class ConsoleVariable {
  @Field({
    description:
      'Where its value is in a send, and in problems: `variables.name`, `cards[0].button_variables.button_1`.',
    example: 'variables.name',
  })
  path!: string;

  @Field({ description: 'Its key there.', example: 'name' })
  name!: string;

  @Field({ enum: KINDS, example: 'TEXT' })
  kind!: TemplateVariableKind;

  @Field({ enum: ['HEADER', 'BODY', 'BUTTON'], example: 'BODY' })
  component!: TemplateVariable['component'];

  @Field({ type: 'boolean', example: true })
  is_required!: boolean;

  @Field({ description: 'What is in the braces of the text.', nullable: true, example: 'name' })
  placeholder!: string | null;

  @Field({ type: 'integer', description: 'Which card of the carousel, from 0.', nullable: true, example: null })
  card!: number | null;

  @Field({ type: 'integer', description: 'Which button, from 0.', nullable: true, example: null })
  button_index!: number | null;

  @Field({ description: 'What Meta’s reviewers saw.', nullable: true, example: 'Juan' })
  example!: string | null;
}

/** A message template. */
export class ConsoleTemplate {
  @Field({ type: 'integer', example: 45 })
  id!: number;

  @Field({ description: 'Meta’s id of the account that owns it.', example: '102290129340398' })
  business_account_id!: string;

  @Field({ description: 'Meta’s id.', example: '1026573095658757' })
  template_id!: string;

  @Field({ example: 'welcome_message' })
  name!: string;

  @Field({ example: 'es' })
  language!: string;

  @Field({ description: 'Meta’s word; only `APPROVED` ones can be sent.', example: 'APPROVED' })
  status!: string;

  @Field({ example: 'MARKETING' })
  category!: string;

  @Field({ enum: ['POSITIONAL', 'NAMED'], example: 'NAMED' })
  parameter_format!: WhatsAppTemplate['parameterFormat'];

  @Field({
    type: 'object',
    each: true,
    itemSchema: { additionalProperties: true },
    description: 'In Meta’s own shape.',
    example: [{ type: 'BODY', text: 'Gracias {{name}} por unirte.' }],
  })
  components!: WhatsAppTemplate['components'];

  @Field({ type: () => ConsoleVariable, each: true })
  variables!: readonly ConsoleVariable[];

  @Field({ description: 'Meta’s word, such as `GREEN`.', nullable: true, example: 'GREEN' })
  quality!: string | null;

  @Field({ description: 'Meta’s word, such as `INVALID_FORMAT`.', nullable: true, example: null })
  rejected_reason!: string | null;

  @Field({ format: 'date-time', description: 'When Meta last described it.', example: '2026-11-16T21:30:00.000Z' })
  synced_at!: Date;

  @Field({ format: 'date-time', example: '2026-11-16T21:30:00.000Z' })
  created_at!: Date;
}

export function presentTemplate(template: WhatsAppTemplate): ConsoleTemplate {
  return {
    id: template.id,
    business_account_id: template.businessAccountId,
    template_id: template.templateId,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    parameter_format: template.parameterFormat,
    components: template.components,
    variables: variablesOf(template).map(presentVariable),
    quality: template.qualityScore,
    rejected_reason: template.rejectedReason,
    synced_at: template.syncedAt,
    created_at: template.createdAt,
  };
}

function presentVariable(variable: TemplateVariable): ConsoleVariable {
  const { name, kind, component, card, buttonIndex } = variable;
  const group = component === 'BUTTON' ? 'button_variables' : 'variables';
  return {
    path: `${card === undefined ? '' : `cards[${card}].`}${group}.${name}`,
    name,
    kind,
    component,
    is_required: variable.isRequired,
    placeholder: variable.placeholder ?? null,
    card: card ?? null,
    button_index: buttonIndex ?? null,
    example: variable.example ?? null,
  };
}
