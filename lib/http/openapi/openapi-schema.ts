import type { ApiParamOptions } from '@nestjs/swagger';
import type { Schema } from './schema.js';

/** A schema as `@nestjs/swagger` takes it. */
export type OpenApiSchema = Extract<ApiParamOptions, { schema: object }>['schema'];

/** A copy, which nobody else has. */
export function toOpenApiSchema(given: Schema): OpenApiSchema {
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
