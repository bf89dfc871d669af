import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adapters, TestApp } from '../support/test-app.js';

const SEND = '/api/v1/meta-templates/send/';
const PHONE = '+5491112345678';

describe.each(adapters)('POST /meta-templates/send/ on $adapter', ({ adapter }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ adapter });
    app.meta.account.addTemplate({
      name: 'not_yet',
      language: 'es',
      status: 'PENDING',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola' }],
    });
    app.meta.account.addTemplate({
      name: 'greeting',
      language: 'es',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola' }],
    });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  const body = (overrides: object = {}) => ({
    phone_number_id: app.meta.phoneNumber.id,
    template_name: sampleTemplates.named.name,
    language: sampleTemplates.named.language,
    recipient_phone: PHONE,
    variables: { name: 'Juan', company: 'Mi Empresa' },
    ...overrides,
  });
  const send = (overrides: object = {}, headers: Record<string, string> = {}) =>
    app.call('POST', SEND, body(overrides), headers);
  const nothingWasSent = () => expect(app.meta.requestsTo('/messages', 'POST')).toEqual([]);

  it('sends an approved template and answers as documented', async () => {
    const answer = await send();
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toEqual({
      success: true,
      message_id: expect.stringMatching(/^wamid\./),
      template_name: 'welcome_message',
      recipient_phone: PHONE,
      status: 'sent',
      sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(app.meta.messages.map(({ id }) => id)).toEqual([answer.body.message_id]);
  });

  it('answers without the trailing slash, too', async () => {
    expect(await app.call('POST', SEND.slice(0, -1), body())).toMatchObject({ status: 200 });
  });

  it('takes the recipient in any spelling and ignores unknown fields', async () => {
    const answer = await send({ recipient_phone: '54 9 (11) 1234-5678', unknown_field: { deep: [1] } });
    expect(answer).toMatchObject({ status: 200, body: { recipient_phone: PHONE } });
    expect(app.meta.sendsTo(PHONE)).toBe(1);
  });

  it('takes "es" when no language is given', async () => {
    expect(await send({ language: undefined, template_name: 'nowhere' })).toMatchObject({ status: 404 });
    const answer = await send({ template_name: 'greeting', language: null, variables: {} });
    expect(answer.body).toMatchObject({ success: true });
  });

  it('names every problem at once, in its own field names', async () => {
    const answer = await send({ recipient_phone: '12', language: 7, variables: { name: '', nmae: 'x' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.details).toSorted()).toEqual(['language', 'recipient_phone']);
    const withTemplate = await send({
      recipient_phone: '12',
      variables: { name: 'a\nb', nmae: 'x' },
      button_variables: { button_0: 'x' },
    });
    expect(Object.keys(withTemplate.body.details).toSorted()).toEqual([
      'button_variables.button_0',
      'recipient_phone',
      'variables.company',
      'variables.name',
      'variables.nmae',
    ]);
    nothingWasSent();
  });

  it.each([
    ['no field at all', {}, ['phone_number_id', 'recipient_phone', 'template_name']],
    ['a list', [], ['body']],
  ])('refuses %s', async (_, wrong, fields) => {
    const answer = await app.call('POST', SEND, wrong);
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_ERROR', error: expect.any(String) } });
    expect(Object.keys(answer.body.details).toSorted()).toEqual(fields);
    nothingWasSent();
  });

  it('refuses variables of another kind', async () => {
    const answer = await send({ variables: [1], button_variables: 'x', cards: [null] });
    expect(answer).toMatchObject({ status: 400 });
    expect(Object.keys(answer.body.details)).toEqual(
      expect.arrayContaining(['variables', 'button_variables', 'cards']),
    );
  });

  it.each([
    ['malformed JSON', '{"a":', 400, 'VALIDATION_ERROR'],
    ['a body over the limit', JSON.stringify({ x: 'y'.repeat(6_000_000) }), 413, 'BODY_TOO_LARGE'],
  ])('words %s as its own error', async (_, raw, status, code) => {
    expect(await app.call('POST', SEND, raw)).toMatchObject({ status, body: { code, error: expect.any(String) } });
  });

  it('says which content type it takes', async () => {
    const answer = await app.call('POST', SEND, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer).toMatchObject({
      status: 400,
      body: { details: { body: [expect.stringContaining('application/json')] } },
    });
  });

  it('does not show a stranger that the JSON is malformed', async () => {
    expect(await app.call('POST', SEND, '{"a":', { 'x-api-key': 'nobody' })).toMatchObject({ status: 401 });
  });

  it.each([
    ['no key', { 'x-api-key': '' }],
    ['an unknown key', { 'x-api-key': 'whatsapp_unknown-unknown-unknown' }],
  ])('answers 401 to %s', async (_, headers) => {
    expect(await send({}, headers)).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED', error: expect.any(String) },
    });
    nothingWasSent();
  });

  it('takes the key as a bearer token', async () => {
    expect(await send({}, { 'x-api-key': '', authorization: `Bearer ${app.key}` })).toMatchObject({ status: 200 });
  });

  it.each([
    [{ template_name: 'no_such_template' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ language: 'xx' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ phone_number_id: '999' }, 404, 'PHONE_NUMBER_NOT_FOUND'],
    [{ template_name: 'not_yet', language: 'es', variables: {} }, 400, 'TEMPLATE_NOT_APPROVED'],
  ])('answers %o with %i %s', async (overrides, status, code) => {
    expect(await send(overrides)).toMatchObject({ status, body: { code, error: expect.any(String) } });
    nothingWasSent();
  });

  it('tells the status of a template that is not approved', async () => {
    const answer = await send({ template_name: 'not_yet', language: 'es', variables: {} });
    expect(answer.body.details.template_name.join()).toContain('PENDING');
  });

  it("passes Meta's refusal on with its code and words", async () => {
    app.meta.faults.nextSend({ kind: 'error', code: 131026, details: 'Message Undeliverable.' });
    const answer = await send();
    expect(answer).toMatchObject({
      status: 502,
      body: {
        code: 'META_ERROR',
        meta: { code: 131026, details: 'Message Undeliverable.', fbtrace_id: expect.any(String) },
      },
    });
  });

  it.each([130429, 131056, 80007])("answers Meta's rate limit %i with 429 and Retry-After", async (code) => {
    app.meta.faults.nextSend({ kind: 'error', code });
    const answer = await send();
    expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  });

  it('answers 504 with the row when Meta never reported the outcome, and does not send again', async () => {
    app.meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const answer = await send();
    expect(answer).toMatchObject({
      status: 504,
      body: { code: 'OUTCOME_UNKNOWN', message_id: expect.stringMatching(/^\d+$/) },
    });
    expect(app.meta.sendsTo(PHONE)).toBe(1);
    const lookup = await app.call('GET', `/api/v1/meta-templates/messages/${answer.body.message_id}/`);
    expect(lookup).toMatchObject({ status: 200, body: { status: 'unconfirmed', message_id: answer.body.message_id } });
  });

  it('answers 502 when Meta cannot be reached', async () => {
    await app.meta.down();
    const answer = await send();
    await app.meta.up();
    expect(answer).toMatchObject({ status: 502, body: { code: 'META_ERROR', meta: { code: null } } });
  });
});
