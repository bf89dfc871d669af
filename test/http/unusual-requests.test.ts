import { Controller, Get, Post } from '@nestjs/common';
import { setupWhatsApp } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters, TestApp } from '../support/test-app.js';

const SEND = '/api/v1/meta-templates/send/';

@Controller('admin/api/v1/meta-templates/send')
class HostController {
  @Get()
  get() {
    return { host: true };
  }

  @Post('more')
  post() {
    return { host: true };
  }
}

describe.each(adapters)('Unusual requests on $adapter', ({ adapter }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ adapter, controllers: [HostController] });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  const body = (overrides: object = {}) => ({
    phone_number_id: app.meta.phoneNumber.id,
    template_name: sampleTemplates.plain.name,
    language: sampleTemplates.plain.language,
    recipient_phone: '+5491112345678',
    ...overrides,
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'are checked whatever a field called %s says',
    async (name) => {
      const { phone_number_id: _, ...rest } = body();
      const answer = await app.call('POST', SEND, `{"${name}": "x", ${JSON.stringify(rest).slice(1)}`);
      expect(answer).toMatchObject({ status: 400 });
      expect(app.meta.requestsTo('/messages')).toEqual([]);
    },
  );

  it('may not nest without end', async () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const raw = `${JSON.stringify(body()).slice(0, -1)}, "button_variables": {"button_0": ${deep}}}`;
    expect(await app.call('POST', SEND, raw, { 'idempotency-key': 'deep' })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_ERROR', details: { body: [expect.stringContaining('nests deeper')] } },
    });
  });

  it.each([
    { template_name: 'x'.repeat(513) },
    { template_name: ` ${sampleTemplates.plain.name}` },
    { template_name: 'null\0character' },
    { language: 'x'.repeat(33) },
    { phone_number_id: '1'.repeat(65) },
  ])('with names that nothing can have are refused: %o', async (overrides) => {
    expect(await app.call('POST', SEND, body(overrides))).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_ERROR', details: { [Object.keys(overrides)[0] ?? '']: [expect.any(String)] } },
    });
  });

  it('cannot carry more than a row can keep', async () => {
    const { name, language } = sampleTemplates.flow;
    const button_variables = { button_0: { flow_token: 'x', flow_action_data: { text: 'y'.repeat(100_000) } } };
    const answer = await app.call('POST', SEND, body({ template_name: name, language, button_variables }));
    expect(answer).toMatchObject({ status: 400, body: { details: { variables: [expect.stringContaining('bytes')] } } });
  });

  it('to routes of the host below the same words are left to the host', async () => {
    const get = await app.call('GET', '/admin/api/v1/meta-templates/send');
    const post = await app.call('POST', '/admin/api/v1/meta-templates/send/more', '{"a":');
    expect(get).toMatchObject({ status: 200, body: { host: true } });
    expect(post).toMatchObject({ status: 400, body: { statusCode: 400 } });
  });

  it('are not set up with a limit that is no size', () => {
    for (const bodyLimit of ['5 megabytes', 'lots', -1, NaN, 0]) {
      expect(() => setupWhatsApp(app.app, { bodyLimit })).toThrow(/bodyLimit must be/);
    }
  });
});

it('repeated in capitals are the same request on Express', async () => {
  const app = await TestApp.start({ adapter: 'Express' });
  const body = {
    phone_number_id: app.meta.phoneNumber.id,
    template_name: sampleTemplates.plain.name,
    language: sampleTemplates.plain.language,
    recipient_phone: '+5491112345678',
  };
  const key = { 'idempotency-key': 'one' };
  const first = await app.call('POST', SEND, body, key);
  expect(first).toMatchObject({ status: 200 });
  expect((await app.call('POST', SEND.toUpperCase().slice(0, -1), body, key)).body).toEqual(first.body);
  expect(app.meta.sendsTo(body.recipient_phone)).toBe(1);
  await app[Symbol.asyncDispose]();
});
