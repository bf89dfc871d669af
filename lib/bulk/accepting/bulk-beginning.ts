import type { BulkSendEntity } from '../bulk-send.entity.js';
import { type BulkTally, endOf } from '../ledger/bulk-tally.js';

/** How a bulk send stands once it is accepted: it begins, waits for its time, or has ended where nobody may be sent to. */
export function beginningOf(
  counted: BulkTally & Pick<BulkSendEntity, 'uniqueRecipients'>,
  scheduledAt: Date | null,
): Pick<BulkSendEntity, 'status' | 'completedAt'> & Partial<BulkSendEntity> {
  const now = new Date();
  const end = endOf(counted);
  if (end) return { status: end, completedAt: now };
  if (!scheduledAt || scheduledAt <= now) return { status: 'QUEUED', completedAt: null };
  return { status: 'SCHEDULED', completedAt: null, waitingReason: 'scheduled', waitingUntil: scheduledAt };
}
