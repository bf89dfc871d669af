import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiKeysService } from './api-keys.service.js';
import { UnauthenticatedError } from './auth.errors.js';
import type { WhatsAppCaller, WhatsAppCallerRequest } from './caller.js';

/**
 * What the guard needs of an Express or Fastify request.
 *
 * @publicApi
 */
export interface ApiKeyRequest extends WhatsAppCallerRequest {
  /** The headers, by names in lower case; the key is in `x-api-key` or `authorization`. */
  readonly headers: RequestHeaders;
  /** Of the client, as the host's framework trusts its proxies. */
  readonly ip?: string;
}

/**
 * Lets a request pass that presents a valid API key, in `X-API-Key` or in `Authorization: Bearer`, and puts its `WhatsAppCaller`
 * on the request. Each step may be overridden.
 *
 * @example
 * ```ts
 * @Injectable()
 * export class CookieKeyGuard extends ApiKeyGuard {
 *   protected override extractKey(request: ApiKeyRequest) {
 *     return keyInCookie(request) ?? super.extractKey(request);
 *   }
 * }
 * ```
 * @publicApi
 */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    /** Verifies keys. */
    protected readonly apiKeys: ApiKeysService,
  ) {}

  /** Lets the request pass when its key is in force, and puts the caller on it. @throws UnauthenticatedError */
  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = this.getRequest(context);
    const key = await this.extractKey(request);
    if (key === undefined) return this.onMissingKey(request, context);
    const caller = await this.verify(key, request);
    if (!caller) return this.onInvalidKey(request, context);
    await this.attach(request, caller);
    return true;
  }

  /** The request that is being guarded: of HTTP. An override makes the guard work elsewhere. */
  protected getRequest(context: ExecutionContext): ApiKeyRequest {
    return context.switchToHttp().getRequest<ApiKeyRequest>();
  }

  /**
   * The key that the request presents, if any.
   * @throws UnauthenticatedError `invalid` when it presents several different ones
   */
  protected extractKey(request: ApiKeyRequest): string | undefined | Promise<string | undefined> {
    const keys = presentedKeys(request.headers);
    if (keys.length > 1) {
      throw new UnauthenticatedError('invalid', 'The request has different API keys in its headers: send one of them.');
    }
    return keys[0];
  }

  /**
   * Returns the caller that the key identifies; null if it is not valid.
   * @throws RateLimitedError when too many wrong keys came from the request's address
   */
  protected async verify(key: string, request?: ApiKeyRequest): Promise<WhatsAppCaller | null> {
    const verified = await this.apiKeys.verify(key, { address: request?.ip });
    if (!verified) return null;
    const { apiKeyId, name: apiKeyName, workspace, abilities } = verified;
    return { workspace, abilities, apiKeyId, apiKeyName };
  }

  /** Puts the caller where `callerOf` finds it. */
  protected attach(request: ApiKeyRequest, caller: WhatsAppCaller): void | Promise<void> {
    request.whatsapp = caller;
  }

  /**
   * Decides about a request without a key; `true` lets it pass. An override that returns `true` calls `attach` first:
   * a request without a caller may do everything in the workspace `default`.
   */
  protected onMissingKey(_request: ApiKeyRequest, _context: ExecutionContext): boolean | Promise<boolean> {
    throw new UnauthenticatedError('missing');
  }

  /** Decides about a request with a key that is unknown, revoked or expired. As with `onMissingKey`, `true` lets it pass. */
  protected onInvalidKey(_request: ApiKeyRequest, _context: ExecutionContext): boolean | Promise<boolean> {
    throw new UnauthenticatedError('invalid');
  }
}

/** The headers of a request, as Node, Express and Fastify hand them over: names in lower case. */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

const BEARER = /^bearer\s+(.+)$/i;

/**
 * The different keys that a request presents in `X-API-Key` and `Authorization: Bearer`. Other schemes are someone
 * else's, and the query string is not looked at: it ends up in logs.
 */
export function presentedKeys(headers: RequestHeaders): string[] {
  const bearers = valuesOf(headers['authorization']).map((value) => BEARER.exec(value)?.[1] ?? '');
  const keys = [...valuesOf(headers['x-api-key']), ...bearers].map((key) => key.trim());
  return [...new Set(keys)].filter((key) => key !== '');
}

function valuesOf(header: string | readonly string[] | undefined): string[] {
  const lines = typeof header === 'string' ? [header] : [...(header ?? [])];
  // Node joins a header that was sent twice with a comma and a space; a key has no space.
  return lines.flatMap((line) => line.split(', '));
}
