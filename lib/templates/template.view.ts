import type { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import type { TemplateComponent } from './template-component.js';
import type { TemplateEntity } from './template.entity.js';

/**
 * A message template as Meta last described it. Words of Meta's are kept as they come, also new ones.
 *
 * @publicApi
 */
export interface WhatsAppTemplate {
  /** Row id; Meta's is `templateId`. */
  readonly id: number;
  /** Meta's id of the account that owns the template. */
  readonly businessAccountId: string;
  /** Meta's id of the template. */
  readonly templateId: string;
  /** Its name; one name may have several languages. */
  readonly name: string;
  /** Such as `es` or `en_US`. */
  readonly language: string;
  /** `APPROVED` can be sent; every other status cannot. */
  readonly status: string;
  /** `AUTHENTICATION`, `MARKETING` or `UTILITY`. */
  readonly category: string;
  /** Whether its variables have numbers or names. */
  readonly parameterFormat: 'POSITIONAL' | 'NAMED';
  /** Header, body, footer, buttons and cards, in Meta's own shape. */
  readonly components: readonly TemplateComponent[];
  /** Meta's `quality_score`: `GREEN`, `YELLOW`, `RED` or `UNKNOWN`. */
  readonly qualityScore: string | null;
  /** Why Meta rejected it, in Meta's word, such as `INVALID_FORMAT`. */
  readonly rejectedReason: string | null;
  /** When Meta last described it. */
  readonly syncedAt: Date;
  /** When it was stored here first. */
  readonly createdAt: Date;
}

/** A template as users see it. */
export function viewOfTemplate(
  template: TemplateEntity,
  { businessAccountId }: Pick<BusinessAccountEntity, 'businessAccountId'>,
): WhatsAppTemplate {
  return {
    id: template.id,
    businessAccountId,
    templateId: template.templateId,
    name: template.name,
    language: template.language,
    status: template.status,
    category: template.category,
    parameterFormat: template.parameterFormat,
    components: template.components,
    qualityScore: template.qualityScore,
    rejectedReason: template.rejectedReason,
    syncedAt: template.syncedAt,
    createdAt: template.createdAt,
  };
}
