import type { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import type { QuotaUsage } from '../../messages/quota-usage.js';
import type { TemplateVariable } from '../../templates/variables/template-variable.js';
import type { TemplateEntity } from '../../templates/template.entity.js';

/** One phone number of `GET /business-accounts/`. */
export function presentPhoneNumber(number: PhoneNumberEntity, isPrimary: boolean, quota: QuotaUsage): object {
  return {
    id: number.id,
    phoneNumberId: number.phoneNumberId,
    displayPhoneNumber: number.displayPhoneNumber,
    verifiedName: number.verifiedName,
    isPrimary,
    messagingLimitTier: number.messagingLimit,
    qualityRating: number.qualityRating,
    quota: {
      dailyLimit: quota.limit,
      uniqueNumbersSent24h: quota.used,
      remaining: quota.remaining,
      usagePercentage: quota.limit ? Math.round((quota.used / quota.limit) * 1_000) / 10 : 0,
      canSend: quota.remaining !== 0,
    },
  };
}

/** One template of `GET /business-accounts/`. */
export function presentTemplate(template: TemplateEntity, variables: readonly TemplateVariable[]): object {
  return {
    name: template.name,
    language: template.language,
    category: template.category,
    variables: variables.map(({ name, type, position, isRequired, component }) => ({
      name,
      type,
      position,
      isRequired,
      component,
    })),
  };
}
