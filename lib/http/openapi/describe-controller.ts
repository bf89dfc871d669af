import type { Type } from '@nestjs/common';
import { isOpenToAll, REQUIRED_ABILITY } from '../../auth/caller.js';
import type { ApiKeyAbility } from '../../auth/ability.js';
import type { SurfaceDocumentation, SurfaceRoute } from '../surface/surface.js';
import type { SurfaceExceptionFilter } from '../surface/surface-exception.filter.js';
import type { HandlerInput } from '../surface/handler-input.js';
import { ClassSchemas, exampleOf } from './class-schema.js';
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
import type { OpenAPIObject } from '@nestjs/swagger';

export interface MountedController {
  /** A class with methods of its own, so that others mounted from the same controller are described by themselves. */
  readonly controller: Type;
  /** By the names of its methods. */
  readonly routes: ReadonlyMap<string, SurfaceRoute>;
  /** The classes of its requests, by the names of its methods. */
  readonly inputs: ReadonlyMap<string, HandlerInput>;
  readonly documentation: SurfaceDocumentation | undefined;
  readonly filter: Type<SurfaceExceptionFilter>;
  readonly gates: Gates;
}

/** Adds a controller to the host's API documents where `@nestjs/swagger` is installed; handlers without a description are left out. */
export function describeController(mounted: MountedController): void {
  const { controller, routes, inputs, documentation, filter, gates } = mounted;
  const swagger = loadSwagger();
  if (!swagger) return;
  if (documentation) swagger.ApiTags(documentation.tag)(controller);
  const schemas = new ClassSchemas(documentation?.tag ?? '');
  for (const [name, route] of routes) {
    const handler: object = controller.prototype[name];
    const operation = operationOf(handler);
    const ability: ApiKeyAbility | undefined =
      Reflect.getMetadata(REQUIRED_ABILITY, handler) ?? Reflect.getMetadata(REQUIRED_ABILITY, controller);
    const decorators =
      documentation && operation
        ? handlerDecorators(swagger, {
            handler,
            route,
            operation,
            input: inputs.get(name) ?? NO_INPUT,
            documentation,
            filter: new filter(),
            schemas,
            ability,
            gates: { ...gates, key: gates.key && !isOpenToAll(handler, controller) },
          })
        : [swagger.ApiExcludeEndpoint()];
    // As decorators are above a method, the last comes first.
    Reflect.decorate(decorators.toReversed(), controller.prototype, name, { value: handler });
  }
  for (const [name, schema] of schemas.all) swagger.ApiExtraModels(modelOf(swagger, name, schema))(controller);
}

const NO_INPUT: HandlerInput = { body: undefined, query: undefined, isStreamable: false };

/** A class that `@nestjs/swagger` takes a named schema from; those of requests and answers stay without its metadata. */
function modelOf({ ApiSchema }: typeof Swagger, name: string, schema: Schema): Type {
  class Model {}
  const options = { name, ...toOwnSchema(schema) };
  ApiSchema(options)(Model);
  return Model;
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
  readonly handler: object;
  readonly route: SurfaceRoute;
  readonly operation: OperationDescription;
  readonly input: HandlerInput;
  readonly documentation: SurfaceDocumentation;
  readonly filter: SurfaceExceptionFilter;
  readonly schemas: ClassSchemas;
  /** What its caller must be able to do. */
  readonly ability: ApiKeyAbility | undefined;
  /** What else may refuse its requests. */
  readonly gates: Gates;
}

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds.', schema: toOwnSchema(integer()) } };

/** All that `@nestjs/swagger` is given for a handler. */
function handlerDecorators(swagger: typeof Swagger, mounted: MountedHandler): MethodDecorator[] {
  const { ApiOperation, ApiResponse, ApiSecurity } = swagger;
  const { route, operation, ability, gates, schemas } = mounted;
  const body = requestOf(mounted);
  const content = bodyContentOf(body, schemas);
  return [
    ApiOperation({
      operationId: operationIdOf(route),
      summary: operation.summary,
      description: descriptionOf(operation, ability),
      ...(content && { requestBody: { required: isBodyRequired(body, schemas), content } }),
    }),
    ...parameterDecorators(swagger, mounted),
    ...answersOf(mounted, content !== undefined).map(([status, { description, ...answer }]) =>
      ApiResponse({
        status,
        description,
        content: bodyContentOf(answer, schemas),
        ...(status === 429 && { headers: RETRY_AFTER }),
      }),
    ),
    ...(gates.key ? Object.keys(whatsappSecuritySchemes).map((name) => ApiSecurity(name)) : []),
  ];
}

type Bodies = Pick<AnswerDescription, 'type' | 'json' | 'content'>;

const requestOf = ({ operation: { example, content }, input, schemas }: MountedHandler): Bodies => ({
  type: input.body,
  json: input.body && example && { schema: schemas.refTo(input.body), example },
  content,
});

/** By the path, for that is what is its own: Nest's is that of the class, which may be mounted twice. */
const operationIdOf = ({ method, path }: SurfaceRoute): string =>
  [method.toLowerCase(), ...(path.match(/[a-z\d]+/gi) ?? [])].join('_');

function descriptionOf({ description }: OperationDescription, ability: ApiKeyAbility | undefined): string | undefined {
  const needed = ability && `The key needs the ability \`${ability}\`.`;
  const texts = [description, needed].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

interface Body {
  readonly schema: OpenApiSchema;
  readonly example?: unknown;
}

/** A body by media type, as OpenAPI has it; undefined when there is none. */
function bodyContentOf({ type, json, content }: Bodies, schemas: ClassSchemas): Record<string, Body> | undefined {
  const inJson = json ?? (type && { schema: schemas.refTo(type), example: exampleOf(type) });
  const bodies = Object.entries<BodyDescription>({ ...(inJson && { 'application/json': inJson }), ...content });
  if (bodies.length === 0) return undefined;
  return Object.fromEntries(
    bodies.map(([media, { schema, example }]) => [
      media,
      { schema: toOpenApiSchema(resolved(schema, schemas)), ...(example !== undefined && { example }) },
    ]),
  );
}

const resolved = (schema: BodyDescription['schema'], schemas: ClassSchemas): Schema =>
  typeof schema === 'function' ? schema((type) => schemas.refTo(type)) : schema;

/** Whether a request cannot do without a body: it can when all the fields of its JSON may be left out. */
const isBodyRequired = ({ type, content }: Bodies, schemas: ClassSchemas): boolean =>
  content !== undefined || (type !== undefined && schemas.isRequired(type));

/**
 * How API keys are sent, as `securitySchemes` of an OpenAPI document; the surfaces' operations refer to these names.
 *
 * @publicApi
 */
export const whatsappSecuritySchemes = {
  /** The header `X-API-Key`. */
  whatsappApiKey: {
    /** A key of its own. */
    type: 'apiKey',
    /** Where it is. */
    in: 'header',
    /** Name of the header. */
    name: 'X-API-Key',
  },
  /** The header `Authorization: Bearer`. */
  whatsappBearer: {
    /** The header `Authorization`. */
    type: 'http',
    /** What precedes the key. */
    scheme: 'bearer',
  },
} as const;

type SecurityScheme = (typeof whatsappSecuritySchemes)[keyof typeof whatsappSecuritySchemes];

/**
 * As much of the `DocumentBuilder` of `@nestjs/swagger` as is needed.
 *
 * @publicApi
 */
export interface WhatsAppSecurityBuilder {
  /** Adds a security scheme to the document, under its name; as the method of Nest's `DocumentBuilder`. */
  addSecurity(name: string, scheme: SecurityScheme): unknown;
}

/**
 * Adds to an OpenAPI document how API keys are sent.
 *
 * @example
 * ```ts
 * const config = addWhatsAppSecurity(new DocumentBuilder().setTitle('My API')).build();
 * SwaggerModule.setup('docs', app, () => SwaggerModule.createDocument(app, config));
 * ```
 * @publicApi
 */
export function addWhatsAppSecurity<Builder extends WhatsAppSecurityBuilder>(builder: Builder): Builder {
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

/** Decorators for the parameters of a request. */
function parameterDecorators(
  { ApiHeader, ApiParam, ApiQuery }: typeof Swagger,
  { operation, input, documentation, route, schemas }: MountedHandler,
): MethodDecorator[] {
  const { params, isIdempotent = false } = operation;
  const described = new Map(Object.entries({ ...documentation.params, ...params }));
  return [
    ...namesIn(route.path).map((name) => ApiParam(toOptions(name, described.get(name) ?? UNDESCRIBED, true))),
    ...Object.entries(queryOf(input, schemas)).map(([name, parameter]) => ApiQuery(toOptions(name, parameter))),
    ...(isIdempotent ? [ApiHeader(toOptions('Idempotency-Key', IDEMPOTENCY_KEY))] : []),
    ...Object.entries((route.method !== 'GET' && documentation.changeHeaders) || {}).map(([name, header]) =>
      ApiHeader(toOptions(name, header)),
    ),
  ];
}

function queryOf({ body, query, isStreamable }: HandlerInput, schemas: ClassSchemas): Parameters {
  const ofStreams = isStreamable && body ? schemas.parametersOf(body) : [];
  const parameters = query ? schemas.parametersOf(query) : [];
  return Object.fromEntries([
    ...ofStreams.map(({ name, schema }) => [name, { description: 'With a body of CSV or NDJSON.', schema }]),
    ...parameters.map(({ name, isRequired, schema: { description = '', ...schema } }) => [
      name,
      { description, schema, required: isRequired },
    ]),
  ]);
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
  schema: toOwnSchema(schema),
});

/** What may refuse a request before a handler. */
interface Gates {
  /** The guard of API keys. */
  readonly key: boolean;
  /** A limit of requests a minute. */
  readonly rate: boolean;
}

/** All answers of a handler by status: those of success, and the refusals in the words of its surface. */
function answersOf(mounted: MountedHandler, hasBody: boolean): [status: number, answer: AnswerDescription][] {
  const { operation, documentation, gates, ability } = mounted;
  const statuses = new Set([
    ...(operation.errors ?? []),
    ...(documentation.everywhere ?? []),
    ...(gates.key ? [401] : []),
    ...(ability === undefined ? [] : [403]),
    ...(gates.rate ? [429] : []),
    // A body that cannot be read, or is too large.
    ...(hasBody ? [400, 413] : []),
    500,
  ]);
  const refusals = refusalsOf(mounted);
  const answers: Record<number, AnswerDescription> = {};
  for (const status of statuses) answers[status] = refusals[status] ?? { description: STATUS_CODES[status] ?? '' };
  return Object.entries({ ...answers, ...operation.answers }).map(([status, answer]) => [Number(status), answer]);
}

/** The refusals of a surface by status, each with the real answer of its filter to an error of that kind. */
function refusalsOf(mounted: MountedHandler): Record<number, AnswerDescription> {
  const { operation, filter, schemas } = mounted;
  const ofSurface = raised.get(filter.constructor) ?? new WeakMap<OperationDescription, readonly Refusal[]>();
  raised.set(filter.constructor, ofSurface);
  const refusals = ofSurface.get(operation) ?? raiseRefusals(mounted);
  ofSurface.set(operation, refusals);
  return Object.fromEntries(
    refusals.map(({ status, description, type, example }) => [
      status,
      { description, json: { schema: schemas.refTo(type), example } },
    ]),
  );
}

interface Refusal {
  readonly status: number;
  readonly description: string;
  readonly type: Type;
  readonly example: object;
}

/**
 * By the class of a surface's filter: its handlers' refusals are the same wherever it is mounted, and raising them takes as long as all the rest
 * of a description.
 */
const raised = new WeakMap<object, WeakMap<OperationDescription, readonly Refusal[]>>();

function raiseRefusals(mounted: MountedHandler): Refusal[] {
  const { documentation, filter, handler, operation } = mounted;
  const own = new Map(
    operation.throws?.map((error): [number, object] => {
      const { status, body } = filter.answer(error, { handler });
      return [status, body];
    }),
  );
  return documentation.refusals.map(({ description, error, type = documentation.refusal }) => {
    const { status, body } = filter.answer(typeof error === 'function' ? error(mounted) : error, { handler });
    return { status, description, type, example: own.get(status) ?? body };
  });
}

/** A schema as `@nestjs/swagger` takes it. */
type OpenApiSchema = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>[string];
type OwnOpenApiSchema = Exclude<OpenApiSchema, { $ref: string }>;

const toOpenApiSchema = (schema: Schema): OpenApiSchema =>
  schema.$ref === undefined ? toOwnSchema(schema) : { $ref: schema.$ref };

/** A copy, which no other operation shares. */
function toOwnSchema(given: Schema): OwnOpenApiSchema {
  const { $ref: _, ...schema } = withTypedNull(given);
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

/** OpenAPI 3.0 knows `nullable` only together with a `type`: of several schemas the first takes null. */
function withTypedNull(schema: Schema): Schema {
  const { nullable, oneOf, ...rest } = schema;
  if (!nullable || !oneOf || schema.type) return schema;
  const [first, ...others] = oneOf;
  return { ...rest, oneOf: [{ ...first, nullable }, ...others] };
}
