import type * as Swagger from '@nestjs/swagger';
import type { Ability } from '../../auth/ability.js';
import type { SurfaceDocumentation, SurfaceRoute } from '../surface.js';
import { answersOf, type Gates } from './answers.js';
import { contentOf, isBodyRequired } from './content.js';
import type { OperationDescription } from './operation.js';
import { toOpenApiSchema } from './openapi-schema.js';
import { parameterDecorators } from './parameters.js';
import { integer } from './schema.js';
import { whatsappSecuritySchemes } from './security-schemes.js';

/** A handler where it is mounted. */
export interface MountedHandler {
  readonly route: SurfaceRoute;
  readonly operation: OperationDescription;
  readonly documentation: SurfaceDocumentation;
  /** What its caller must be able to do. */
  readonly ability: Ability | undefined;
  /** What else stands before it. */
  readonly gates: Omit<Gates, 'ability'>;
}

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds.', schema: toOpenApiSchema(integer()) } };

/** All that `@nestjs/swagger` is told of a handler. */
export function handlerDecorators(swagger: typeof Swagger, handler: MountedHandler): MethodDecorator[] {
  const { ApiOperation, ApiResponse, ApiSecurity } = swagger;
  const { route, operation, documentation, ability, gates } = handler;
  const content = contentOf(operation);
  const answers = answersOf(operation, documentation, { ...gates, ability: ability !== undefined });
  return [
    ApiOperation({
      operationId: operationIdOf(route),
      summary: operation.summary,
      description: descriptionOf(operation, ability),
      ...(content && { requestBody: { required: isBodyRequired(operation), content } }),
    }),
    ...parameterDecorators(swagger, operation, { path: route.path, surfaceParams: documentation.params }),
    ...answers.map(([status, { description, ...body }]) =>
      ApiResponse({ status, description, content: contentOf(body), ...(status === 429 && { headers: RETRY_AFTER }) }),
    ),
    ...(gates.key ? Object.keys(whatsappSecuritySchemes).map((name) => ApiSecurity(name)) : []),
  ];
}

/** By the path, for that is what is its own: Nest's is that of the class, which may be mounted twice. */
const operationIdOf = ({ method, path }: SurfaceRoute): string =>
  [method.toLowerCase(), ...(path.match(/[a-z\d]+/gi) ?? [])].join('_');

function descriptionOf({ description }: OperationDescription, ability: Ability | undefined): string | undefined {
  const needed = ability && `The key needs the ability \`${ability}\`.`;
  const texts = [description, needed].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join('\n\n');
}
