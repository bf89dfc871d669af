import type { HttpException } from '@nestjs/common';
import type { BulkQuota } from '../../bulk/bulk-send.js';
import { BulkValidationError, QuotaExceededError, TooManyRecipientsError } from '../../bulk/bulk.errors.js';
import { ForbiddenError, ForeignPageError, UnauthenticatedError } from '../../auth/auth.errors.js';
import {
  ConflictError,
  countProblems,
  NotFoundError,
  type ValidationProblem,
  RateLimitedError,
  ValidationError,
  WhatsAppError,
} from '../../errors.js';
import { isError } from '../../foreign-errors.js';
import { MetaApiError, rateLimitOf } from '../../graph/meta-api.error.js';
import { MetaUnreachableError, OutcomeUnknownError } from '../../graph/meta-outcome.errors.js';
import { SendOutcomeUnknownError, TemplateNotApprovedError } from '../../messages/messages.errors.js';
import { WebhookHandshakeError, WebhookSignatureError } from '../../webhooks/webhooks.errors.js';
import { Field } from './dto.js';
import { BodyTooLargeError } from '../bodies/body.errors.js';

/** Meta's side of a refusal. */
export class MetaError {
  @Field({ type: 'integer', description: 'Meta’s error code; null where it could not be reached.', nullable: true })
  readonly code!: number | null;

  @Field()
  readonly message!: string;

  @Field({ nullable: true })
  readonly details!: string | null;

  @Field({ description: 'The id that Meta’s support asks for.', nullable: true })
  readonly fbtrace_id!: string | null;
}

/** An error as HTTP knows it, before a surface words it. */
export interface DescribedError {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly problems?: readonly ValidationProblem[];
  /** How many problems there are beyond those. */
  readonly furtherProblems?: number;
  /** The messaging limit and the need of a bulk send that was refused. */
  readonly quota?: BulkQuota;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly meta?: MetaError;
  /** Row id of the message that was not sent, or of unknown outcome. */
  readonly messageId?: number;
}

/** Returns status and content of any error; an unexpected one is a 500 without details. */
export function describeError(error: unknown): DescribedError {
  const described = describeKind(error);
  return error instanceof WhatsAppError ? { ...described, messageId: error.messageId } : described;
}

function describeKind(error: unknown): DescribedError {
  if (error instanceof ValidationError) return describeValidationError(error);
  if (error instanceof TemplateNotApprovedError) {
    const problems = [{ path: 'template', message: `has status ${error.status}; only APPROVED can be sent.` }];
    return { status: 400, code: error.code, message: error.message, problems };
  }
  if (error instanceof UnauthenticatedError || error instanceof WebhookSignatureError) {
    return { status: 401, code: error.code, message: error.message };
  }
  const isForbidden = error instanceof ForbiddenError || error instanceof ForeignPageError;
  if (isForbidden || error instanceof WebhookHandshakeError) {
    return { status: 403, code: error.code, message: error.message };
  }
  if (error instanceof NotFoundError) return { status: 404, code: error.code, message: error.message };
  if (error instanceof ConflictError) return { status: 409, code: error.code, message: error.message };
  if (error instanceof BodyTooLargeError || error instanceof TooManyRecipientsError) {
    return { status: 413, code: error.code, message: error.message };
  }
  if (error instanceof RateLimitedError) return rateLimited(error.message, error.retryAfter);
  if (error instanceof MetaApiError) return describeMetaError(error);
  if (error instanceof MetaUnreachableError) {
    const meta = { code: null, message: error.message, details: null, fbtrace_id: null };
    return { status: 502, code: 'META_ERROR', message: error.message, meta };
  }
  if (error instanceof SendOutcomeUnknownError || error instanceof OutcomeUnknownError) {
    return { status: 504, code: error.code, message: error.message };
  }
  if (isHttpException(error)) return describeHttpException(error);
  return { status: 500, code: 'INTERNAL_ERROR', message: 'Something went wrong on our side.' };
}

/** The limit of problems in an answer: more are of no help, and one request can have 100,000. */
const MOST_PROBLEMS = 100;

function describeValidationError(error: ValidationError): DescribedError {
  const { code, problems } = error;
  if (error instanceof QuotaExceededError) {
    return { status: 400, code, message: error.message, problems, quota: error.quota };
  }
  const shown = problems.slice(0, MOST_PROBLEMS);
  const described = { status: 400, code, message: 'The request is not valid.', problems: shown };
  const unknown = error instanceof BulkValidationError ? error.furtherProblems : 0;
  const further = unknown + countProblems(problems) - countProblems(shown);
  return further > 0 ? { ...described, furtherProblems: further } : described;
}

function rateLimited(message: string, retryAfter: number): DescribedError {
  return { status: 429, code: 'RATE_LIMITED', message, retryAfter: Math.ceil(retryAfter) };
}

function describeMetaError(error: MetaApiError): DescribedError {
  const retryAfter = rateLimitOf(error);
  if (retryAfter !== undefined) return rateLimited(error.message, retryAfter);
  return {
    status: 502,
    code: 'META_ERROR',
    message: `${error.meaning} Meta said: ${error.metaMessage}`,
    meta: {
      code: error.metaCode,
      message: error.metaMessage,
      details: error.details ?? null,
      fbtrace_id: error.fbtraceId ?? null,
    },
  };
}

const HTTP_CODES: Readonly<Record<number, string>> = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  413: 'BODY_TOO_LARGE',
  429: 'RATE_LIMITED',
};

/** Whatever copy of Nest made it. */
const isHttpException = (error: unknown): error is HttpException =>
  isError(error) && 'getStatus' in error && typeof error.getStatus === 'function' && 'getResponse' in error;

/** An exception of Nest's: thrown by a guard, a pipe or a throttler of the host's. */
function describeHttpException(error: HttpException): DescribedError {
  const status = error.getStatus();
  return {
    status,
    code: HTTP_CODES[status] ?? (status < 500 ? 'REQUEST_REFUSED' : 'INTERNAL_ERROR'),
    message: textOfHttpException(error),
  };
}

/** Nest's pipes list their problems in the body; the exception's own message is then but its name. */
function textOfHttpException(error: HttpException): string {
  const body = error.getResponse();
  const listed: unknown = typeof body === 'object' && 'message' in body ? body.message : undefined;
  return Array.isArray(listed) ? listed.join('; ') : error.message;
}
