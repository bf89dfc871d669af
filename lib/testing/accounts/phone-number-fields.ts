import type { PhoneNumberNode } from '../graph-node.js';
import type { NodeFields } from '../server/node-fields.js';
import type { PhoneNumberFixture } from './account.fixture.js';

const DEFAULT_FIELDS = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'webhook_configuration',
  'id',
];

interface DescribedNumber extends PhoneNumberNode {
  readonly displayPhoneNumber: string;
  readonly verifiedName: string;
  readonly status: string;
  readonly qualityRating: string;
  readonly throughputLevel: string;
  readonly legacyLimitField: boolean;
  readonly isOnBizApp: boolean;
  readonly pin: string | undefined;
}

/** What `GET /{PHONE_ID}` tells. */
export function phoneNumberFields(number: DescribedNumber, fixture: PhoneNumberFixture): NodeFields {
  return {
    type: 'WhatsAppBusinessPhoneNumber',
    defaults: DEFAULT_FIELDS,
    values: {
      id: number.id,
      display_phone_number: number.displayPhoneNumber,
      verified_name: number.verifiedName,
      status: number.status,
      quality_rating: number.qualityRating,
      quality_score: { score: number.qualityRating },
      code_verification_status: fixture.codeVerificationStatus ?? 'VERIFIED',
      name_status: fixture.nameStatus ?? 'APPROVED',
      new_name_status: 'NONE',
      platform_type: fixture.platformType ?? 'CLOUD_API',
      throughput: { level: number.throughputLevel },
      account_mode: fixture.accountMode ?? 'LIVE',
      is_on_biz_app: number.isOnBizApp,
      is_official_business_account: fixture.isOfficialBusinessAccount ?? false,
      is_pin_enabled: number.pin !== undefined,
      whatsapp_business_manager_messaging_limit: number.legacyLimitField ? undefined : number.messagingLimit,
      messaging_limit_tier: number.legacyLimitField ? number.messagingLimit : undefined,
      health_status: health(number),
      webhook_configuration: webhookConfiguration(number),
      last_onboarded_time: '2026-01-15T09:30:00+0000',
    },
  };
}

function webhookConfiguration({ account, callbackOverride }: DescribedNumber): Record<string, string> | undefined {
  if (callbackOverride === undefined && account.callbackOverride === undefined) return undefined;
  return {
    ...(account.callbackOverride !== undefined && { whatsapp_business_account: account.callbackOverride }),
    ...(callbackOverride !== undefined && { phone_number: callbackOverride }),
  };
}

function health({ id, status, account }: DescribedNumber): object {
  const own = { can_send_message: status === 'CONNECTED' ? 'AVAILABLE' : 'BLOCKED' };
  const available = { can_send_message: 'AVAILABLE' };
  return {
    ...own,
    entities: [
      { entity_type: 'PHONE_NUMBER', id, ...own },
      { entity_type: 'WABA', id: account.id, ...available },
      { entity_type: 'BUSINESS', id: account.ownerBusinessId, ...available },
    ],
  };
}
