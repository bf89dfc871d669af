import type { BulkQuota } from '../../../bulk/bulk-send.js';
import { Field } from '../../surface/field.decorator.js';

/** A bulk send against the messaging limit. */
export class QuotaInfo {
  @Field({ type: 'boolean', description: 'Whether the quota suffices for all of them now.', example: true })
  can_send!: boolean;

  @Field({ type: 'integer', example: 3 })
  quota_needed!: number;

  @Field({ type: 'integer', description: 'Null where there is no limit.', nullable: true, example: 1997 })
  quota_available!: number | null;

  @Field({ type: 'integer', nullable: true, example: 2000 })
  quota_total!: number | null;

  @Field({ nullable: true, example: 'TIER_2K' })
  tier!: string | null;
}

export function presentQuota({ canSend, needed, available, total, tier }: BulkQuota): QuotaInfo {
  return { can_send: canSend, quota_needed: needed, quota_available: available, quota_total: total, tier };
}
