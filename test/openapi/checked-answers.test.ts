import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OpenAPIObject } from '@nestjs/swagger';
import { answerProblems } from '../support/openapi/answer-problems.js';
import { apiDocument } from '../support/openapi/api-document.js';
import { operationFinder } from '../support/openapi/documented-operations.js';
import { TestApp } from '../support/test-app.js';

const MESSAGE = {
  message_id: 'wamid.1',
  status: 'sent',
  template_name: null,
  recipient_phone: '+5491112345678',
  sent_at: '2026-11-16T21:30:00.000Z',
  delivered_at: null,
  read_at: null,
  failed_at: null,
  error_code: null,
  error_message: null,
  pricing: null,
};

describe('An answer that is held against the API document', () => {
  let app: TestApp;
  let document: OpenAPIObject;

  beforeAll(async () => {
    app = await TestApp.start();
    document = apiDocument(app.app);
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const problemsOf = (body: unknown, status = 200, type = 'application/json; charset=utf-8') => {
    const found = operationFinder(document)('GET', '/api/v1/meta-templates/messages/12/?a=b');
    if (!found) throw new Error('The operation was not found.');
    return answerProblems(found, { status, body, headers: new Headers({ 'content-type': type }) });
  };

  it('has no problems when it is as documented, whatever else it has', () => {
    expect(problemsOf(MESSAGE)).toEqual([]);
    expect(problemsOf({ ...MESSAGE, error_code: 131026, more: true })).toEqual([]);
    expect(problemsOf({ ...MESSAGE, error_code: 'OUTCOME_UNKNOWN' })).toEqual([]);
    expect(problemsOf({ error: 'There is no message 12.', code: 'MESSAGE_NOT_FOUND' }, 404)).toEqual([]);
  });

  it.each([
    ['a field is missing', { ...MESSAGE, sent_at: undefined }, 200],
    ['a field is of another type', { ...MESSAGE, recipient_phone: 5491112345678 }, 200],
    ['a field is null that must not be', { ...MESSAGE, message_id: null }, 200],
    ['a field has a word that it cannot have', { ...MESSAGE, status: 'accepted' }, 200],
    ['a time is no ISO 8601', { ...MESSAGE, sent_at: '16/11/2026' }, 200],
    ['the status is another', MESSAGE, 201],
    ['a refusal is worded otherwise', { message: 'Nowhere', statusCode: 404 }, 404],
  ])('has problems when %s', (_, body, status) => {
    expect(problemsOf(JSON.parse(JSON.stringify(body)), status)).not.toEqual([]);
  });

  it('has problems when it is of another type', () => {
    expect(problemsOf(MESSAGE, 200, 'text/html')).not.toEqual([]);
  });

  it('is found out by every call of a test', async () => {
    await expect(app.call('GET', '/api/v1/meta-templates/messages/12')).resolves.toMatchObject({ status: 404 });
    const found = document.paths['/api/v1/meta-templates/messages/{messageId}']?.get;
    expect(Object.keys(found?.responses ?? {})).toEqual(['200', '401', '403', '404', '500']);
  });
});
