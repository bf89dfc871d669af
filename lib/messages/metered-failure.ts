import { WhatsAppError } from '../errors.js';
import type { FailedOutcome } from '../graph/graph-outcome.js';
import type { MeteredSend } from '../meters.js';

/** How a call that failed is counted. */
export function meteredFailure({ kind, error }: FailedOutcome): Pick<MeteredSend, 'outcome' | 'errorCode'> {
  if (kind === 'refused') return { outcome: 'refused', errorCode: String(error.metaCode ?? 'HTTP_429') };
  const errorCode = error instanceof WhatsAppError ? error.code : 'NOT_SENT';
  return { outcome: kind === 'unknown' ? 'unknown' : 'not_sent', errorCode };
}
