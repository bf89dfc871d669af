import { WhatsAppError } from '../errors.js';
import { MetaApiError } from '../graph/meta-api.error.js';
import { OutcomeUnknownError } from '../graph/meta-outcome.errors.js';
import type { MeteredSend } from '../meters.js';

/** How a call that failed is counted. */
export function meteredFailure(error: unknown): Pick<MeteredSend, 'outcome' | 'errorCode'> {
  if (error instanceof MetaApiError) return { outcome: 'refused', errorCode: String(error.metaCode ?? 'HTTP_429') };
  const errorCode = error instanceof WhatsAppError ? error.code : 'NOT_SENT';
  return { outcome: error instanceof OutcomeUnknownError ? 'unknown' : 'not_sent', errorCode };
}
