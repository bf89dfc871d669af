import type { Type } from '@nestjs/common';
import { REQUIRED_ABILITY } from '../../auth/require-ability.decorator.js';
import type { Ability } from '../../auth/ability.js';
import type { SurfaceDocumentation, SurfaceRoute } from '../surface.js';
import {
  operationOf,
  type OperationDescription,
  type AnswerDescription,
  type BodyDescription,
  type ParameterDescription,
} from './operation.js';
import type * as Swagger from '@nestjs/swagger';
import { codeOf, messageOf } from '../../foreign-errors.js';
import { integer, string, type Schema } from './schema.js';
import { STATUS_CODES } from 'node:http';
import type { ApiParamOptions } from '@nestjs/swagger';

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

/** `@nestjs/swagger` where the host has it installed, else undefined: it is loaded only to describe a surface that is mounted. */
function loadSwagger(): typeof Swagger | undefined {
  try {
    // oxlint-disable-next-line typescript/no-require-imports -- a host need not have it
    const swagger: typeof Swagger = require('@nestjs/swagger');
    return swagger;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether it is the package itself that was not found, rather than something that it needs. */
const isMissing = (error: unknown): boolean =>
  // Yarn's Plug'n'Play has words of its own; the first line names the package that is missing in both.
  codeOf(error) === 'MODULE_NOT_FOUND' && /@nestjs\/swagger(?=['", ])/.test(messageOf(error).split('\n', 1)[0] ?? '');

/** A handler where it is mounted. */
interface MountedHandler {
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
function handlerDecorators(swagger: typeof Swagger, handler: MountedHandler): MethodDecorator[] {
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

interface Body {
  readonly schema: OpenApiSchema;
  readonly example?: unknown;
}

/** A body by media type, as OpenAPI has it; undefined when there is none. */
function contentOf({ json, content }: Pick<AnswerDescription, 'json' | 'content'>): Record<string, Body> | undefined {
  const bodies = Object.entries<BodyDescription>({ ...(json && { 'application/json': json }), ...content });
  if (bodies.length === 0) return undefined;
  return Object.fromEntries(
    bodies.map(([type, { schema, example }]) => [
      type,
      { schema: toOpenApiSchema(schema), ...(example !== undefined && { example }) },
    ]),
  );
}

/** Whether a request cannot do without a body: it can when all the fields of its JSON may be left out. */
const isBodyRequired = ({ json, content }: OperationDescription): boolean =>
  content !== undefined || (json?.schema.required ?? []).length > 0;

/** How API keys are sent, as `securitySchemes` of an OpenAPI document; the surfaces' operations refer to these names. */
export const whatsappSecuritySchemes = {
  whatsappApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
  whatsappBearer: { type: 'http', scheme: 'bearer' },
} as const;

type SecurityScheme = (typeof whatsappSecuritySchemes)[keyof typeof whatsappSecuritySchemes];

/** As much of the `DocumentBuilder` of `@nestjs/swagger` as is needed. */
export interface SecurityBuilder {
  addSecurity(name: string, scheme: SecurityScheme): unknown;
}

/**
 * Tells an OpenAPI document how API keys are sent.
 *
 * @example
 * ```ts
 * const config = addWhatsAppSecurity(new DocumentBuilder().setTitle('My API')).build();
 * SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
 * ```
 */
export function addWhatsAppSecurity<Builder extends SecurityBuilder>(builder: Builder): Builder {
  for (const [name, scheme] of Object.entries(whatsappSecuritySchemes)) builder.addSecurity(name, scheme);
  return builder;
}

type Parameters = Readonly<Record<string, ParameterDescription>>;

const IDEMPOTENCY_KEY: ParameterDescription = {
  description:
    'The same key with the same body is answered as the first time, and nothing is sent again; with another body it ' +
    'is a conflict. Kept for 24 hours, for each API key.',
  schema: string({ minLength: 1, maxLength: 255 }),
};

/** What prefixes of the host's own have in them. */
const UNDESCRIBED: ParameterDescription = { description: '', schema: string() };

/** Decorators for what a request says beside its body. */
function parameterDecorators(
  { ApiHeader, ApiParam, ApiQuery }: typeof Swagger,
  { params, query = {}, isIdempotent = false }: OperationDescription,
  { path, surfaceParams }: { readonly path: string; readonly surfaceParams: Parameters | undefined },
): MethodDecorator[] {
  const described = new Map(Object.entries({ ...surfaceParams, ...params }));
  return [
    ...namesIn(path).map((name) => ApiParam(toOptions(name, described.get(name) ?? UNDESCRIBED, true))),
    ...Object.entries(query).map(([name, parameter]) => ApiQuery(toOptions(name, parameter))),
    ...(isIdempotent ? [ApiHeader(toOptions('Idempotency-Key', IDEMPOTENCY_KEY))] : []),
  ];
}

/** The `id` of `conversations/:id/messages`. */
const namesIn = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);

const toOptions = (
  name: string,
  { description, schema, required = false }: ParameterDescription,
  isInPath = false,
) => ({
  name,
  description,
  required: required || isInPath,
  schema: toOpenApiSchema(schema),
});

/** What stands before a handler and may refuse a request. */
interface Gates {
  /** The guard of API keys. */
  readonly key: boolean;
  readonly ability: boolean;
  /** A limit of requests a minute. */
  readonly rate: boolean;
}

/** All answers of a handler by status: those of success, and the refusals in the words of its surface. */
function answersOf(
  operation: OperationDescription,
  { errors, everywhere = [] }: SurfaceDocumentation,
  gates: Gates,
): [status: number, answer: AnswerDescription][] {
  const hasBody = operation.json !== undefined || operation.content !== undefined;
  const refusals = new Set([
    ...(operation.errors ?? []),
    ...everywhere,
    ...(gates.key ? [401] : []),
    ...(gates.ability ? [403] : []),
    ...(gates.rate ? [429] : []),
    // A body that cannot be read, or is too large.
    ...(hasBody ? [400, 413] : []),
    500,
  ]);
  const answers: Record<number, AnswerDescription> = {};
  for (const status of refusals) answers[status] = errors[status] ?? { description: STATUS_CODES[status] ?? '' };
  return Object.entries({ ...answers, ...operation.answers }).map(([status, answer]) => [Number(status), answer]);
}

/** A schema as `@nestjs/swagger` takes it. */
type OpenApiSchema = Extract<ApiParamOptions, { schema: object }>['schema'];

/** A copy, which nobody else has. */
function toOpenApiSchema(given: Schema): OpenApiSchema {
  const schema = withTypedNull(given);
  const { properties, required, additionalProperties, items, enum: values, oneOf, allOf, ...rest } = schema;
  return {
    ...rest,
    ...(properties && { properties: mapped(properties) }),
    ...(required && { required: [...required] }),
    ...(additionalProperties !== undefined && {
      additionalProperties:
        typeof additionalProperties === 'boolean' ? additionalProperties : toOpenApiSchema(additionalProperties),
    }),
    ...(items && { items: toOpenApiSchema(items) }),
    ...(values && { enum: [...values] }),
    ...(oneOf && { oneOf: oneOf.map(toOpenApiSchema) }),
    ...(allOf && { allOf: allOf.map(toOpenApiSchema) }),
  };
}

const mapped = (schemas: Readonly<Record<string, Schema>>): Record<string, OpenApiSchema> =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, toOpenApiSchema(schema)]));

/** OpenAPI 3.0 knows `nullable` beside a `type` alone: of several schemas the first takes null. */
function withTypedNull(schema: Schema): Schema {
  const { nullable, oneOf, ...rest } = schema;
  if (!nullable || !oneOf || schema.type) return schema;
  const [first, ...others] = oneOf;
  return { ...rest, oneOf: [{ ...first, nullable }, ...others] };
}
