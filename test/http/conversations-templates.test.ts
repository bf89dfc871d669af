import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter } from '../support/test-app.js';
import { Inbox, someone } from './conversations/inbox.js';

const text = (value: string) => ({ type: 'text', text: value });
const named = (parameter: string, value: string) => ({ type: 'text', parameter_name: parameter, text: value });

describe.each(oneAdapter)('Templates of the conversations surface on $adapter', ({ adapter }) => {
  let inbox: Inbox;

  beforeAll(async () => {
    inbox = await Inbox.start(adapter);
    inbox.meta.account.addTemplate({
      name: 'cita',
      language: 'es',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola {{1}}, tu cita es el {{2}}.' }],
    });
    inbox.meta.account.addTemplate({
      name: 'not_yet',
      language: 'es',
      status: 'PENDING',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola' }],
    });
  });
  afterAll(() => inbox[Symbol.asyncDispose]());
  beforeEach(() => inbox.meta.clear());

  const components = [{ type: 'body', parameters: [text('Juan'), text('15 de marzo')] }];
  const send = (overrides: object = {}, headers: Record<string, string> = {}) =>
    inbox.post(
      '/send-template',
      { templateName: 'cita', components, recipients: [{ phoneNumber: someone() }], ...overrides },
      headers,
    );

  it('are listed as documented: the approved ones, as Meta has them now', async () => {
    const answer = await inbox.get('/templates');
    expect(answer).toMatchObject({ status: 200, body: { success: true } });
    const names: string[] = answer.body.data.map(({ name }: { name: string }) => name);
    expect(names).toContain('cita');
    expect(names).not.toContain('not_yet');
    const found = answer.body.data.find(({ name }: { name: string }) => name === 'cita');
    expect(found).toEqual({
      name: 'cita',
      status: 'APPROVED',
      category: 'UTILITY',
      language: 'es',
      components: [expect.objectContaining({ type: 'BODY', text: 'Hola {{1}}, tu cita es el {{2}}.' })],
    });
  });

  it('are sent to each recipient, in the default language, and answered as documented', async () => {
    const [one, two] = [someone(), someone()];
    const recipients = [{ phoneNumber: one, requestId: 123 }, { phoneNumber: two }];
    const answer = await send({ recipients });
    expect(answer).toMatchObject({ status: 200 });
    const data = { messages: [{ id: expect.stringMatching(/^wamid\./) }] };
    expect(answer.body).toEqual({
      success: true,
      summary: { total: 2, sent: 2, failed: 0 },
      results: [
        { phoneNumber: one, success: true, data },
        { phoneNumber: two, success: true, data },
      ],
    });
    expect(inbox.sent).toMatchObject([{ template: { name: 'cita', language: { code: 'es' }, components } }, {}]);
    const { body } = await inbox.get(`/conversations?search=${one.slice(1)}`);
    expect(body.data).toMatchObject([{ request_id: 123, last_message: 'Hola Juan, tu cita es el 15 de marzo.' }]);
  });

  it('take their components as Meta does, named ones too', async () => {
    const { name, language } = sampleTemplates.named;
    const given = [
      { type: 'header', parameters: [named('name', 'Ana')] },
      { type: 'body', parameters: [named('name', 'Ana'), named('company', 'Mi Empresa')] },
    ];
    const { body } = await send({ templateName: name, languageCode: language, components: given });
    expect(body).toMatchObject({ summary: { sent: 1 } });
    expect(inbox.sent[0]).toMatchObject({ template: { components: given } });
  });

  it('fail for one recipient and not for the others', async () => {
    const [one, two, three] = [someone(), someone(), someone()];
    inbox.meta.faults.nextSend({ kind: 'error', code: 131026 });
    const recipients = [one, 'nobody', two, three].map((phoneNumber) => ({ phoneNumber }));
    const { body } = await send({ recipients });
    expect(body).toMatchObject({
      success: true,
      summary: { total: 4, sent: 2, failed: 2 },
      results: [
        { phoneNumber: one, success: false, error: { code: 'META_ERROR', message: expect.any(String) } },
        { phoneNumber: 'nobody', success: false, error: { code: 'VALIDATION_ERROR', message: expect.any(String) } },
        { phoneNumber: two, success: true },
        { phoneNumber: three, success: true },
      ],
    });
  });

  it('go to many recipients', async () => {
    const recipients = Array.from({ length: 120 }, () => ({ phoneNumber: someone() }));
    const { body } = await send({ recipients });
    expect(body.results.filter(({ success }: { success: boolean }) => !success)).toEqual([]);
    expect(body.summary).toEqual({ total: 120, sent: 120, failed: 0 });
    const reported = body.results.map(({ phoneNumber }: { phoneNumber: string }) => phoneNumber);
    expect(reported).toEqual(recipients.map(({ phoneNumber }) => phoneNumber));
  });

  it.each([
    ['nothing at all', { templateName: undefined, recipients: undefined }, ['recipients', 'templateName']],
    ['no recipients', { recipients: [] }, ['recipients']],
    [
      'recipients of the wrong kind',
      { recipients: [{}, 'x', { phoneNumber: '+50212345678', requestId: 'x' }] },
      ['recipients[0].phoneNumber', 'recipients[1].phoneNumber', 'recipients[2].requestId'],
    ],
    ['a language of the wrong kind', { languageCode: 7 }, ['languageCode']],
    ['a value too few', { components: [{ type: 'body', parameters: [text('x')] }] }, ['components[0].parameters']],
    [
      'a value too many',
      { components: [{ type: 'body', parameters: [text('x'), text('y'), text('z')] }] },
      ['components[0].parameters[2]'],
    ],
    ['no values', { components: undefined }, ['components']],
    ['components of the wrong kind', { components: 'x' }, ['components']],
  ])('are refused with %s, and nothing is sent', async (_, overrides, fields) => {
    const answer = await send(overrides);
    expect(answer).toMatchObject({ status: 400, body: { success: false, code: 'VALIDATION_ERROR' } });
    expect(Object.keys(answer.body.errors).toSorted()).toEqual(fields);
    expect(inbox.sent).toEqual([]);
  });

  it.each([
    [{ templateName: 'no_such_template' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ languageCode: 'xx' }, 404, 'TEMPLATE_NOT_FOUND'],
    [{ templateName: 'not_yet', components: [] }, 400, 'TEMPLATE_NOT_APPROVED'],
  ])('answers %j with %i %s', async (overrides, status, code) => {
    expect(await send(overrides)).toMatchObject({ status, body: { success: false, code } });
    expect(inbox.sent).toEqual([]);
  });

  it('are answered again by their Idempotency-Key when Meta does not approve of them any more', async () => {
    const template = inbox.meta.account.addTemplate({
      name: `soon_paused_${adapter}`,
      language: 'es',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hola' }],
    });
    const headers = { 'idempotency-key': 'before the pause' };
    const { id } = await inbox.open();
    const asked = { messageType: 'template', template: { name: template.name, language: { code: 'es' } } };
    const many = { templateName: template.name, components: [], recipients: [{ phoneNumber: someone() }] };
    const one = () => inbox.post(`/conversations/${id}/messages`, asked, headers);
    const first = [await one(), await send(many, headers)];
    expect(first.map(({ status }) => status)).toEqual([200, 200]);
    template.status = 'PAUSED';
    await inbox.get('/templates');
    expect([await one(), await send(many, headers)].map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(await send(many)).toMatchObject({ status: 400 });
  });

  it('are sent once by one Idempotency-Key, and to no one else by another body', async () => {
    const recipients = Array.from({ length: 5 }, () => ({ phoneNumber: someone() }));
    const headers = { 'idempotency-key': 'many' };
    const first = await send({ recipients }, headers);
    const second = await send({ recipients }, headers);
    expect(second.body).toEqual(first.body);
    const other = await send({ recipients: [{ phoneNumber: someone() }] }, headers);
    expect(other).toMatchObject({ status: 409, body: { success: false, code: 'IDEMPOTENCY_CONFLICT' } });
    expect(inbox.sent).toHaveLength(5);
  });
});
