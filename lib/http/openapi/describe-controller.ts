import type { Type } from '@nestjs/common';
import { REQUIRED_ABILITY } from '../../auth/require-ability.decorator.js';
import type { Ability } from '../../auth/ability.js';
import type { SurfaceDocumentation, SurfaceRoute } from '../surface.js';
import type { Gates } from './answers.js';
import { handlerDecorators } from './handler-decorators.js';
import { operationOf } from './operation.js';
import { loadSwagger } from './swagger-package.js';

export interface MountedController {
  /** A class with methods of its own, so that others mounted from the same controller are described by themselves. */
  readonly controller: Type;
  /** By the names of its methods. */
  readonly routes: ReadonlyMap<string, SurfaceRoute>;
  readonly documentation: SurfaceDocumentation | undefined;
  readonly gates: Omit<Gates, 'ability'>;
}

/** Has the host's API documents tell of a controller where `@nestjs/swagger` is installed; of what nobody described they are silent. */
export function describeController({ controller, routes, documentation, gates }: MountedController): void {
  const swagger = loadSwagger();
  if (!swagger) return;
  if (documentation) swagger.ApiTags(documentation.tag)(controller);
  for (const [name, route] of routes) {
    const handler: object = controller.prototype[name];
    const operation = operationOf(handler);
    const ability: Ability | undefined =
      Reflect.getMetadata(REQUIRED_ABILITY, handler) ?? Reflect.getMetadata(REQUIRED_ABILITY, controller);
    const decorators =
      documentation && operation
        ? handlerDecorators(swagger, { route, operation, documentation, ability, gates })
        : [swagger.ApiExcludeEndpoint()];
    // As decorators stand above a method, the last comes first.
    Reflect.decorate(decorators.toReversed(), controller.prototype, name, { value: handler });
  }
}
