import type { BulkSendEntity } from '../bulk-send.entity.js';

/** Nothing keeps it from being sent. */
export const NOTHING_WAITS = { waitingReason: null, waitingUntil: null, waitingMessage: null };

/** What a bulk send becomes that was paused and goes on: as scheduled, where its time has not come. */
export function resumedState({ startedAt, scheduledAt }: Pick<BulkSendEntity, 'startedAt' | 'scheduledAt'>) {
  const unbroken = { streak: 0, streakCode: null };
  if (scheduledAt !== null && scheduledAt > new Date() && startedAt === null) {
    const waits = { waitingReason: 'scheduled' as const, waitingUntil: scheduledAt, waitingMessage: null };
    return { status: 'SCHEDULED' as const, ...waits, ...unbroken };
  }
  return { status: startedAt ? ('PROCESSING' as const) : ('QUEUED' as const), ...NOTHING_WAITS, ...unbroken };
}
