import { ForbiddenError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { normalizePhoneNumber } from '../../contacts/phone-number.js';
import { RecipientRefusedError } from '../../contacts/refusal.js';
import { ValidationError } from '../../errors.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { MetaUnreachableError } from '../../graph/meta-outcome.errors.js';
import { IdempotencyConflictError } from '../../idempotency/idempotency.errors.js';
import { SendOutcomeUnknownError } from '../../messages/messages.errors.js';
import { bodyTooLarge } from '../bodies/read-body.js';
import { rateLimited } from '../rate-limit.guard.js';

const { problem = '' } = normalizePhoneNumber('12');

const refused = new MetaApiError(
  {
    code: 131026,
    message: '(#131026) Message undeliverable',
    fbtraceId: 'Az8or2yhqkZfEZ-_4Qn_Bam',
    isTransient: false,
  },
  { httpStatus: 400 },
);
refused.messageId = 12;

/** Errors as they are thrown, from which API documents make their examples: what a surface answers is then what they show. */
export const exampleErrors = {
  invalid: new ValidationError([{ path: 'to', message: problem }]),
  unauthenticated: new UnauthenticatedError('invalid'),
  keyMissing: new UnauthenticatedError('missing'),
  forbidden: new ForbiddenError('messages.send'),
  blocked: new RecipientRefusedError('BLOCKED'),
  keyUsed: new IdempotencyConflictError('another-body'),
  bodyTooLarge: bodyTooLarge(5 * 1024 * 1024),
  rateLimited: rateLimited(60, 45_000),
  internal: new Error('unexpected'),
  refused,
  unreachable: new MetaUnreachableError({ reason: 'connection', systemCode: 'ECONNREFUSED' }),
  unknown: new SendOutcomeUnknownError(12),
} as const;
