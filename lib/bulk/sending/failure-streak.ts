import type { BulkSendEntity } from '../bulk-send.entity.js';
import type { MessageOutcome } from './message-outcome.js';

/** How many messages in a row failed with one error. */
export interface FailureStreak {
  readonly length: number;
  readonly code: string | null;
  /** The words that came with it last. */
  readonly message: string | null;
}

/** The streak after these outcomes: a message that went out ends it, another error begins one of its own. */
export function failureStreak(
  before: Pick<BulkSendEntity, 'streak' | 'streakCode'>,
  outcomes: readonly MessageOutcome[],
): FailureStreak {
  let streak: FailureStreak = { length: before.streak, code: before.streakCode, message: null };
  for (const outcome of outcomes) {
    if (outcome.kind === 'sent') streak = { length: 0, code: null, message: null };
    if (outcome.kind !== 'failed') continue;
    const { errorCode, errorMessage } = outcome.failure;
    const isSame = streak.length > 0 && streak.code === errorCode;
    streak = { length: isSame ? streak.length + 1 : 1, code: errorCode, message: errorMessage };
  }
  return streak;
}
