import type { BulkRecipient } from '../../../../bulk/bulk.inputs.js';
import { Field } from '../../../surface/dto.js';
import { RECIPIENT_PHONE, TemplateVariablesDto, toTemplateVariables } from '../../template.dto.js';

/** A recipient in this API's names. `BulkService` checks it, for every caller. */
export class RecipientDto extends TemplateVariablesDto {
  @Field({ description: RECIPIENT_PHONE })
  readonly phone!: string;
}

/** What a recipient looks like, for the texts of problems. */
export const RECIPIENT_EXAMPLE = '{"phone": "+5491112345678", "variables": {"name": "Juan"}}';

export function isRecipientDto(value: unknown): value is RecipientDto {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same in the module's names. */
export function toBulkRecipient(dto: RecipientDto): BulkRecipient {
  return { phone: dto.phone, ...toTemplateVariables(dto) };
}
