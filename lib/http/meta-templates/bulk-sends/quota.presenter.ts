import type { BulkQuota } from '../../../bulk/bulk-send.js';

/** `quota_info` of a bulk send. */
export function presentQuota({ canSend, needed, available, total, tier }: BulkQuota): object {
  return { can_send: canSend, quota_needed: needed, quota_available: available, quota_total: total, tier };
}
