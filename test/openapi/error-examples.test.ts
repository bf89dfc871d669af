import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiKeysService } from 'nestjs-whatsapp';
import { apiDocument } from '../support/openapi/api-document.js';
import { type FoundOperation, operationsOf } from '../support/openapi/documented-operations.js';
import { TestApp } from '../support/test-app.js';
import { ExampleApp } from './example-app.js';

const ALL = {
  metaTemplates: true,
  conversations: true,
  messaging: true,
  workspace: true,
  webhook: true,
  console: true,
} as const;

describe('an example of a refusal in the API document', () => {
  let app: TestApp;
  let mayRead: string;
  let operations: FoundOperation[];

  beforeAll(async () => {
    app = await TestApp.start({ options: { surfaces: ALL, webhook: { verifyToken: 'made up' } } });
    const abilities = ['messages.read'] as const;
    mayRead = (await app.get(ApiKeysService).create({ name: 'Reader', abilities })).key;
    operations = operationsOf(apiDocument(app.app));
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const exampleOf = (name: string, status: number): unknown => {
    const found = operations.find((operation) => operation.name === name);
    const answer = found?.operation.responses[status];
    const content = answer && 'content' in answer ? answer.content : undefined;
    return content?.['application/json']?.example;
  };

  it.each<[status: number, method: string, path: string, body: object | undefined, headers: () => object]>([
    [401, 'POST', '/api/v1/meta-templates/send', {}, () => ({ 'x-api-key': 'unknown' })],
    [401, 'POST', '/api/whatsapp/send', {}, () => ({ 'x-api-key': 'unknown' })],
    [401, 'POST', '/whatsapp/api/send-message', {}, () => ({ 'x-api-key': 'unknown' })],
    [403, 'POST', '/api/v1/meta-templates/send', {}, () => ({ 'x-api-key': mayRead })],
    [403, 'POST', '/api/whatsapp/send', {}, () => ({ 'x-api-key': mayRead })],
    [403, 'POST', '/whatsapp/api/send-message', {}, () => ({ 'x-api-key': mayRead })],
    [403, 'POST', '/api/v1/{subdomain}/messages/send', {}, () => ({ 'x-api-key': mayRead })],
    [401, 'POST', '/whatsapp/webhook', {}, () => ({})],
    [403, 'GET', '/whatsapp/webhook', undefined, () => ({})],
    [413, 'POST', '/api/whatsapp/send', { content: 'x'.repeat(6 * 1024 * 1024) }, () => ({})],
    [413, 'POST', '/whatsapp/api/send-message', { message: 'x'.repeat(6 * 1024 * 1024) }, () => ({})],
  ])('is what is answered: %s of %s %s', async (status, method, path, body, headers) => {
    const answer = await app.call(method, path.replace('{subdomain}', 'default'), body, { ...headers() });
    expect(answer.status).toBe(status);
    expect(exampleOf(`${method} ${path}`, status)).toEqual(answer.body);
  });

  it.each([
    ['GET', '/api/v1/meta-templates/bulk-sends/{id}', 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b'],
    ['POST', '/api/v1/meta-templates/bulk-sends/{id}/pause', 'a3f2b8c9-4d5e-4f60-8a7b-9c0d1e2f3a4b'],
    ['GET', '/api/v1/{subdomain}/contacts/{id}', '7'],
    ['GET', '/api/v1/{subdomain}/groups/{id}', '2'],
    ['GET', '/api/v1/{subdomain}/messages/{id}/status', '12'],
  ])('is what is answered where nothing is: %s %s', async (method, path, id) => {
    const answer = await app.call(method, path.replace('{subdomain}', 'default').replace('{id}', id));
    expect(answer.status).toBe(404);
    expect(exampleOf(`${method} ${path}`, 404)).toEqual(answer.body);
  });

  it.each(['pause', 'resume', 'cancel'])('is what is answered when a bulk send is done: to %s it', async (action) => {
    await using examples = await ExampleApp.start('Express');
    const path = `/api/v1/meta-templates/bulk-sends/{id}/${action}`;
    const answer = await examples.app.call('POST', await examples.pathFor(path));
    expect(answer.status).toBe(409);
    expect(exampleOf(`POST ${path}`, 409)).toEqual(answer.body);
  });

  it('is the refusal of a request that lacks its fields', async () => {
    const { body, status } = await app.call('POST', '/api/v1/default/contacts', { phone: '+5491155550000' });
    expect([status, body]).toEqual([422, exampleOf('POST /api/v1/{subdomain}/contacts', 422)]);
  });

  it('names what is not there as the answer does', async () => {
    const { body } = await app.call('GET', '/api/v1/meta-templates/messages/12');
    expect(exampleOf('GET /api/v1/meta-templates/messages/{messageId}', 404)).toEqual(body);
    const account = { phone: '+5491112345678', message: 'x', account_id: 45 };
    const sent = await app.call('POST', '/whatsapp/api/send-message', account);
    expect(exampleOf('POST /whatsapp/api/send-message', 404)).toEqual(sent.body);
    const conversation = await app.call('GET', '/api/whatsapp/conversations/45');
    expect(exampleOf('GET /api/whatsapp/conversations/{id}', 404)).toEqual(conversation.body);
  });
});
