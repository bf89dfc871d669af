import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters, TestApp } from '../support/test-app.js';

const SEND = '/api/v1/meta-templates/send/';
const PHONE = '+5491112345678';

describe.each(adapters)('the header Idempotency-Key on $adapter', ({ adapter }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ adapter });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  const send = (headers: Record<string, string>) =>
    app.call(
      'POST',
      SEND,
      {
        phone_number_id: app.meta.phoneNumber.id,
        template_name: sampleTemplates.named.name,
        language: sampleTemplates.named.language,
        recipient_phone: PHONE,
        variables: { name: 'Juan', company: 'Mi Empresa' },
      },
      headers,
    );

  it.each([
    ['no character', ''],
    ['256 characters', 'k'.repeat(256)],
  ])('is refused with %s', async (_, key) => {
    const answer = await send({ 'idempotency-key': key });
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.details)).toEqual(['Idempotency-Key']);
    expect(app.meta.requestsTo('/messages', 'POST')).toEqual([]);
  });

  it.each([
    ['1 character', 'k'],
    ['255 characters', 'K'.repeat(255)],
    ['characters beyond ASCII', 'pedidó-ñ-42'],
    ['quotes', '"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
  ])('is honoured with %s', async (_, key) => {
    const first = await send({ 'idempotency-key': key });
    expect(first).toMatchObject({ status: 200 });
    expect((await send({ 'idempotency-key': key })).body).toEqual(first.body);
    expect(app.meta.sendsTo(PHONE)).toBe(1);
  });

  it('makes different requests when it differs by case alone', async () => {
    await send({ 'idempotency-key': 'a' });
    await send({ 'idempotency-key': 'A' });
    expect(app.meta.sendsTo(PHONE)).toBe(2);
  });

  it('is not asked for: without it every request sends', async () => {
    await send({});
    await send({});
    expect(app.meta.sendsTo(PHONE)).toBe(2);
  });
});
