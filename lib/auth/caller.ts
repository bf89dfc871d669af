import {
  createParamDecorator,
  type CustomDecorator,
  SetMetadata,
  type CanActivate,
  type ExecutionContext,
  Injectable,
} from '@nestjs/common';
import { ConfigurationError } from '../errors.js';
import { isIdentifier } from '../identifier.js';
import { DEFAULT_WORKSPACE } from '../accounts/workspaces.service.js';
import { type ApiKeyAbility, hasAbility } from './ability.js';
import { Reflector } from '@nestjs/core';
import { ForbiddenError } from './auth.errors.js';

/**
 * Who calls: found at `request.whatsapp`. `ApiKeyGuard` sets it from the key; a guard of the host's that takes its place
 * may set it instead.
 *
 * @example
 * request.whatsapp = { workspace: user.company, abilities: user.isAdmin ? ['*'] : ['templates.read'] };
 * @publicApi
 */
export interface WhatsAppCaller {
  /** Name of the workspace that the request works in. */
  readonly workspace: string;
  /** What the caller may do; `*` is everything. */
  readonly abilities: readonly ApiKeyAbility[];
  /** Row id of the API key, when one was used. */
  readonly apiKeyId?: number;
  /** Name of that key, for bulk sends and answers that name their creator. */
  readonly apiKeyName?: string;
}

/**
 * An Express or Fastify request, as far as it concerns the caller.
 *
 * @publicApi
 */
export interface WhatsAppCallerRequest {
  /** Who calls; while it is undefined, the caller may do everything in the workspace `default`. */
  whatsapp?: WhatsAppCaller;
}

const UNNAMED_CALLER: WhatsAppCaller = Object.freeze({
  workspace: DEFAULT_WORKSPACE,
  abilities: Object.freeze(['*'] as const),
});

/**
 * Who calls. A request that no guard has put a caller on **may do everything in the workspace `default`**: then the
 * surface is protected by a guard of the host's own that knows nothing of workspaces, and that guard alone decides.
 * @throws ConfigurationError when a guard put half a caller there
 * @publicApi
 */
export function callerOf({ whatsapp: caller }: WhatsAppCallerRequest): WhatsAppCaller {
  if (caller === undefined) return UNNAMED_CALLER;
  if (isIdentifier(caller?.workspace, 63) && Array.isArray(caller.abilities)) return caller;
  throw new ConfigurationError(
    'A guard set request.whatsapp without a workspace or without abilities. Set { workspace: "name", abilities: ["*"] }, ' +
      'or refuse the request.',
  );
}

/**
 * Hands a controller's method the `WhatsAppCaller`.
 *
 * @example
 * list(@CurrentCaller() caller: Caller) { … }
 * @publicApi
 */
export const CurrentCaller: () => ParameterDecorator = createParamDecorator((_: unknown, context) =>
  callerOf(context.switchToHttp().getRequest<WhatsAppCallerRequest>()),
);

/** Metadata key of the ability that a method or a controller requires. */
export const REQUIRED_ABILITY = 'whatsapp:requiredAbility';

/**
 * Says what the caller of a method, or of every method of a controller, must be able to do; the method's word comes
 * before the controller's. `AbilityGuard` sees to it.
 *
 * @example
 * @RequireAbility('messages.send')
 * @publicApi
 */
export const RequireAbility = (ability: Exclude<ApiKeyAbility, '*'>): CustomDecorator =>
  SetMetadata(REQUIRED_ABILITY, ability);

/** Says that whoever calls must be able to do everything: what it does decides what others may do. */
export const RequireEveryAbility = (): CustomDecorator => SetMetadata(REQUIRED_ABILITY, '*' satisfies ApiKeyAbility);

const OPEN_TO_ALL = 'whatsapp:openToAll';
const ASKS_WHO = 'whatsapp:asksWho';

/** Says of a method, or of every method of a controller, that the console's own guard asks no one who they are. */
export const OpenToAll = (): CustomDecorator => SetMetadata(OPEN_TO_ALL, true);

/** Says of a method that it is open to all, too, but wants to know who calls where that is known. */
export const AsksWho = (): MethodDecorator => (target, name, descriptor) => {
  SetMetadata(OPEN_TO_ALL, true)(target, name, descriptor);
  SetMetadata(ASKS_WHO, true)(target, name, descriptor);
};

/** Whether a method, or the controller that has it, is open to all. */
export const isOpenToAll = (handler: object, controller: object): boolean =>
  Reflect.getMetadata(OPEN_TO_ALL, handler) === true || Reflect.getMetadata(OPEN_TO_ALL, controller) === true;

/** Whether a method that is open to all wants to know who calls. */
export const isAskingWho = (handler: object): boolean => Reflect.getMetadata(ASKS_WHO, handler) === true;

/**
 * Lets a caller pass who has the ability that `@RequireAbility` names; comes after the guard that sets the caller.
 *
 * @publicApi
 */
@Injectable()
export class AbilityGuard implements CanActivate {
  constructor(
    /** Reads what `@RequireAbility` set. */
    protected readonly reflector: Reflector,
  ) {}

  /** Lets the request pass when its caller has the ability that the handler requires. @throws ForbiddenError */
  canActivate(context: ExecutionContext): boolean {
    const ability = this.requiredAbility(context);
    if (ability === undefined || hasAbility(this.getCaller(context).abilities, ability)) return true;
    return this.onForbidden(ability);
  }

  /** What the handler requires; undefined where it requires nothing. */
  protected requiredAbility(context: ExecutionContext): ApiKeyAbility | undefined {
    return this.reflector.getAllAndOverride<ApiKeyAbility | undefined>(REQUIRED_ABILITY, [
      context.getHandler(),
      context.getClass(),
    ]);
  }

  /** Who calls: what `callerOf` finds on the request. */
  protected getCaller(context: ExecutionContext): WhatsAppCaller {
    return callerOf(context.switchToHttp().getRequest<WhatsAppCallerRequest>());
  }

  /** Decides about a caller without the ability; `true` lets the request pass. @throws ForbiddenError */
  protected onForbidden(ability: ApiKeyAbility): boolean {
    throw new ForbiddenError(ability);
  }
}
