import { describe, expect, it } from 'vitest';
import { apiDocument } from '../support/openapi/api-document.js';
import { bodiesOf } from '../support/openapi/documented-bodies.js';
import { type FoundOperation, operationsOf } from '../support/openapi/documented-operations.js';
import { oneAdapter, type Answer } from '../support/test-app.js';
import { ExampleApp } from './example-app.js';
import { formOf } from './form-of.js';

const FORM = 'multipart/form-data';

describe.each(oneAdapter)('The examples of requests on $adapter', ({ adapter }) => {
  it.each(['Meta templates', 'Conversations', 'Messaging', 'Workspace', 'Webhook'])('of %s are taken', async (tag) => {
    await using examples = await ExampleApp.start(adapter);
    const requests = operationsOf(apiDocument(examples.app.app))
      .filter(({ operation }) => operation.tags?.includes(tag))
      .flatMap((operation) => requestsOf(operation).map(({ type }) => ({ operation, type })));
    expect(requests).not.toEqual([]);
    const refused: object[] = [];
    for (const { operation, type } of requests) {
      const { status, body } = await answerTo(examples, operation, type);
      if (!statusesOfSuccess(operation).includes(status)) refused.push({ request: operation.name, type, status, body });
    }
    expect(refused).toEqual([]);
  });
});

async function answerTo(examples: ExampleApp, operation: FoundOperation, type: string): Promise<Answer> {
  const bodies = requestsOf(operation);
  const json = bodies.find((body) => body.type === 'application/json')?.example;
  // That of a form is the one in JSON, for its files cannot be written down.
  const example = type === FORM ? json : bodies.find((body) => body.type === type)?.example;
  const fields = isRecord(json) ? json : {};
  if (typeof fields['phone'] === 'string') examples.wrote(fields['phone']);

  const path = await examples.pathFor(operation.path);
  const isStream = type !== FORM && type !== 'application/json';
  return examples.app.send(operation.method, isStream ? `${path}/?${queryOf(operation, fields)}` : `${path}/`, {
    body: type === FORM ? formOf(example) : textOf(example),
    headers: { ...(type !== FORM && { 'content-type': type }), ...examples.headersFor(path, textOf(example)) },
  });
}

const requestsOf = (operation: FoundOperation) => bodiesOf(operation).filter(({ place }) => place === 'request');

const statusesOfSuccess = ({ operation }: FoundOperation): number[] =>
  Object.keys(operation.responses)
    .map(Number)
    .filter((status) => status < 300);

/** What of the example in JSON stands in the query when the body is a stream. */
function queryOf({ operation }: FoundOperation, fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const parameter of operation.parameters ?? []) {
    const value = 'in' in parameter && parameter.in === 'query' ? fields[parameter.name] : undefined;
    if (value !== undefined && 'name' in parameter) query.set(parameter.name, textOf(value));
  }
  return query.toString();
}

const textOf = (example: unknown): string => (typeof example === 'string' ? example : JSON.stringify(example));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
