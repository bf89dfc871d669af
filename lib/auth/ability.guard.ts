import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type ApiKeyAbility, hasAbility } from './ability.js';
import { ForbiddenError } from './auth.errors.js';
import { type WhatsAppCaller, callerOf, type WhatsAppCallerRequest } from './caller.js';
import { REQUIRED_ABILITY } from './require-ability.decorator.js';

/**
 * Lets a caller pass who has the ability that `@RequireAbility` names; comes after the guard that sets the caller.
 *
 * @publicApi
 */
@Injectable()
export class AbilityGuard implements CanActivate {
  constructor(protected readonly reflector: Reflector) {}

  /** Lets the request pass when its caller has the ability that the handler requires. @throws ForbiddenError */
  canActivate(context: ExecutionContext): boolean {
    const ability = this.requiredAbility(context);
    if (ability === undefined || hasAbility(this.getCaller(context).abilities, ability)) return true;
    return this.onForbidden(ability);
  }

  protected requiredAbility(context: ExecutionContext): ApiKeyAbility | undefined {
    return this.reflector.getAllAndOverride<ApiKeyAbility | undefined>(REQUIRED_ABILITY, [
      context.getHandler(),
      context.getClass(),
    ]);
  }

  protected getCaller(context: ExecutionContext): WhatsAppCaller {
    return callerOf(context.switchToHttp().getRequest<WhatsAppCallerRequest>());
  }

  protected onForbidden(ability: ApiKeyAbility): boolean {
    throw new ForbiddenError(ability);
  }
}
