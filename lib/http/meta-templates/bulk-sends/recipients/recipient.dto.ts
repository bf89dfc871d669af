import type { BulkRecipient } from '../../../../bulk/bulk.inputs.js';
import { type TemplateVariablesDto, toTemplateVariables } from '../../template-variables.dto.js';

/** A recipient in this API's names. Nothing of it is checked yet: `BulkService` does so for every caller. */
export interface RecipientDto extends TemplateVariablesDto {
  readonly phone: string;
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
