import { type CanActivate, type ExecutionContext, Inject, Injectable, mixin, type Type } from '@nestjs/common';
import { callerOf, type WhatsAppCallerRequest } from '../../auth/caller.js';
import { RateLimitedError } from '../../errors.js';
import { REQUEST_LIMITS, type RequestLimits } from '../../pacing/request-limits.js';

export interface RateLimit {
  /** Where the requests go: each surface is counted by itself. */
  readonly place: string;
  /** Requests of each key, or, of callers without one, each workspace. */
  readonly perMinute: number;
}

/** A guard that lets each API key make so many requests a minute; it runs after the guards that identify the caller. */
export function rateLimitGuard({ place, perMinute }: RateLimit): Type<CanActivate> {
  @Injectable()
  class RateLimitGuard implements CanActivate {
    constructor(@Inject(REQUEST_LIMITS) private readonly limits: RequestLimits) {}

    /** @throws RateLimitedError */
    async canActivate(context: ExecutionContext): Promise<boolean> {
      const { apiKeyId, workspace } = callerOf(context.switchToHttp().getRequest<WhatsAppCallerRequest>());
      const caller = apiKeyId === undefined ? `workspace:${workspace}` : `key:${apiKeyId}`;
      const wait = await this.limits.count({ key: `${place}:${caller}`, perMinute });
      if (wait === 0) return true;
      throw rateLimited(perMinute, wait);
    }
  }
  return mixin(RateLimitGuard);
}

/** @param wait in ms */
export function rateLimited(perMinute: number, wait: number): RateLimitedError {
  const message = `This API takes ${perMinute} requests a minute of each key. Wait, then go on.`;
  return new RateLimitedError(message, Math.ceil(wait / 1_000));
}
