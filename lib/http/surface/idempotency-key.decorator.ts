import { createParamDecorator } from '@nestjs/common';
import { type WhatsAppCallerRequest, callerOf } from '../../auth/caller.js';
import { ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';

interface IdempotentRequest extends WhatsAppCallerRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly params?: object;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
}

/** The request's `Idempotency-Key` with what it belongs to: the API key, the method and the path; undefined without one. */
export const IdempotencyKey = createParamDecorator((_: unknown, context): IdempotencyInput | undefined => {
  const request = context.switchToHttp().getRequest<IdempotentRequest>();
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length < 1 || key.length > 255) {
    throw new ValidationError([{ path: 'Idempotency-Key', message: 'must be one header of 1 to 255 characters.' }]);
  }
  const { apiKeyId, workspace } = callerOf(request);
  // One route answers with and without a slash at its end and, on Express, in capitals; the spelling of its parameters counts.
  const path = request.originalUrl.split('?', 1)[0]?.replace(/\/+$/, '').toLowerCase();
  const scope = JSON.stringify([apiKeyId ?? workspace, request.method, path, request.params ?? {}]);
  return { key, scope, body: request.body };
});
