import type { FoundOperation } from './documented-operations.js';
import { schemaProblems } from './schema-validator.js';

export interface RealAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** How an answer differs from what the document says of it. */
export function answerProblems({ operation }: FoundOperation, { status, headers, body }: RealAnswer): string[] {
  const response = operation.responses[status];
  if (!response || '$ref' in response) return [`The status ${status} is not documented.`];
  const content = response.content ?? {};
  const [type = ''] = (headers.get('content-type') ?? '').split(';', 1);
  if (type === '' && Object.keys(content).length === 0) return [];
  const media = content[type];
  if (!media) return [`Of ${status} the type "${type}" is not documented.`];
  return type === 'application/json' && media.schema ? schemaProblems(media.schema, body) : [];
}
