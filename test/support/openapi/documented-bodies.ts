import type { FoundOperation } from './documented-operations.js';

export interface DocumentedBody {
  /** Of the request, or of the answer of a status. */
  readonly place: string;
  readonly type: string;
  readonly schema: object | undefined;
  readonly example: unknown;
}

/** Every body that the document reports of an operation. */
export function bodiesOf({ operation }: FoundOperation): DocumentedBody[] {
  const { requestBody, responses } = operation;
  return Object.entries({ request: requestBody, ...responses }).flatMap(([place, body]) =>
    body && 'content' in body
      ? Object.entries(body.content ?? {}).map(([type, { schema, example }]) => ({ place, type, schema, example }))
      : [],
  );
}
