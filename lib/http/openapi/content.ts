import type { AnswerDescription, BodyDescription, OperationDescription } from './operation.js';
import { type OpenApiSchema, toOpenApiSchema } from './openapi-schema.js';

interface Body {
  readonly schema: OpenApiSchema;
  readonly example?: unknown;
}

/** A body by media type, as OpenAPI has it; undefined when there is none. */
export function contentOf({
  json,
  content,
}: Pick<AnswerDescription, 'json' | 'content'>): Record<string, Body> | undefined {
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
export const isBodyRequired = ({ json, content }: OperationDescription): boolean =>
  content !== undefined || (json?.schema.required ?? []).length > 0;
