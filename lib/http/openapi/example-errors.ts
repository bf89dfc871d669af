import { ForbiddenError, UnauthenticatedError } from '../../auth/auth.errors.js';
import { normalizePhoneNumber } from '../../contacts/phone-number.js';
import { RecipientRefusedError } from '../../contacts/marketing-consents.js';
import { type ValidationProblem, ValidationError } from '../../errors.js';
import { MetaApiError } from '../../graph/meta-api.error.js';
import { MetaUnreachableError } from '../../graph/meta-outcome.errors.js';
import { IdempotencyConflictError } from '../../messages/idempotency-key.js';
import { SendOutcomeUnknownError } from '../../messages/messages.errors.js';
import { bodyTooLarge } from '../bodies/read-body.js';
import { DtoPipe, NOT_AN_OBJECT, fieldsOf } from '../surface/dto.js';
import type { RefusingHandler } from '../surface/surface.js';
import { rateLimited } from '../surface/rate-limit.guard.js';

/** What a handler refuses of its request: a recipient's number, a missing field, or a value of the wrong type. */
function invalidRequest({ input: { body, query } }: RefusingHandler): ValidationError {
  const type = body ?? query;
  const fields = type ? [...fieldsOf(type)] : [];
  if (!type || fields.some(([, { service }]) => [service ?? []].flat().includes('to'))) return exampleErrors.invalid;
  const problemsOf = (value: object): readonly ValidationProblem[] => new DtoPipe(type).transform(value).problems;
  const found = problemsOf({});
  const wrong = fields.flatMap(([name]) => problemsOf({ [name]: {} }).filter(({ path }) => path === name));
  return new ValidationError([found[0] ?? wrong[0] ?? NOT_AN_OBJECT]);
}

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
  invalidRequest,
  notAnObject: new ValidationError([NOT_AN_OBJECT]),
  lacksAbility: ({ ability = 'messages.send' }: RefusingHandler) => new ForbiddenError(ability),
  unauthenticated: new UnauthenticatedError('invalid'),
  keyMissing: new UnauthenticatedError('missing'),
  blocked: new RecipientRefusedError('BLOCKED'),
  keyUsed: new IdempotencyConflictError('another-body'),
  bodyTooLarge: bodyTooLarge(5 * 1024 * 1024),
  rateLimited: rateLimited(60, 45_000),
  internal: new Error('unexpected'),
  refused,
  unreachable: new MetaUnreachableError({ reason: 'connection', systemCode: 'ECONNREFUSED' }),
  unknown: new SendOutcomeUnknownError(12),
} as const;
