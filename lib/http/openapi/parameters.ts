import type * as Swagger from '@nestjs/swagger';
import type { OperationDescription, ParameterDescription } from './operation.js';
import { toOpenApiSchema } from './openapi-schema.js';
import { string } from './schema.js';

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
export function parameterDecorators(
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
