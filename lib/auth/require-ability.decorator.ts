import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import type { ApiKeyAbility } from './ability.js';

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
