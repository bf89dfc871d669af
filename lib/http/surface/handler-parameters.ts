import { createParamDecorator } from '@nestjs/common';
import { type WhatsAppCallerRequest, callerOf } from '../../auth/caller.js';
import { ValidationError } from '../../errors.js';
import type { IdempotencyInput } from '../../messages/idempotency-key.js';
import type { ServerResponse } from 'node:http';

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

interface UrlRequest {
  readonly protocol: string;
  /** With the port; as the host's framework trusts its proxies. */
  readonly host?: string;
  readonly originalUrl: string;
}

/** The address that the client requested, with all prefixes. */
export const RequestUrl = createParamDecorator((_: unknown, context): URL => {
  const { protocol, host, originalUrl } = context.switchToHttp().getRequest<UrlRequest>();
  const origin = `${protocol}://${host ?? ''}`;
  const url = new URL(URL.canParse(origin) ? origin : 'http://localhost');
  // Not by the constructor: a path that begins with two slashes would name another host.
  const [path = '/', query = ''] = originalUrl.split(/\?(.*)/s, 2);
  url.pathname = path;
  url.search = query;
  return url;
});

/** Node's own response, to learn when its connection closes. What is written to it the host's framework does not know of. */
export const RawResponse = createParamDecorator((_: unknown, context): ServerResponse => {
  const response = context.switchToHttp().getResponse<ServerResponse & { readonly raw?: ServerResponse }>();
  return response.raw ?? response;
});
