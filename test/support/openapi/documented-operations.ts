import type { OpenAPIObject } from '@nestjs/swagger';

type PathItem = OpenAPIObject['paths'][string];
export type DocumentedOperation = NonNullable<PathItem['get']>;

export interface FoundOperation {
  /** As the document has it: `GET /api/v1/…/{id}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/**
 * All operations of a document, with named schemas in the places that refer to them; those at paths with fewer parameters first,
 * as a router prefers them.
 */
export function operationsOf(document: OpenAPIObject): FoundOperation[] {
  const found = Object.entries(withoutReferences(document)).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method];
      const upper = method.toUpperCase();
      return operation ? [{ name: `${upper} ${path}`, method: upper, path, operation }] : [];
    }),
  );
  const parameters = ({ path }: FoundOperation) => path.split('{').length;
  return found.toSorted((one, other) => parameters(one) - parameters(other));
}

const REFERENCE = /^#\/components\/schemas\/(?<name>\w+)$/;

/** The paths of a document whose schemas refer to nothing. */
function withoutReferences({ paths, components }: OpenAPIObject): OpenAPIObject['paths'] {
  const text = JSON.stringify(paths, (_, value: unknown) => {
    const reference: unknown = Object(value).$ref;
    if (typeof reference !== 'string') return value;
    const { name = '' } = REFERENCE.exec(reference)?.groups ?? {};
    const schema = components?.schemas?.[name];
    if (!schema) throw new Error(`The document has no schema ${reference}.`);
    return schema;
  });
  const resolved: OpenAPIObject['paths'] = JSON.parse(text);
  return resolved;
}

/** Finds the operation of a request. */
export function operationFinder(document: OpenAPIObject): (method: string, url: string) => FoundOperation | undefined {
  const operations = operationsOf(document).map((operation) => ({
    operation,
    pattern: new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`, 'i'),
  }));
  return (method, url) => {
    const [path = ''] = url.split('?', 1);
    return operations.find(({ operation, pattern }) => operation.method === method && pattern.test(path))?.operation;
  };
}
