import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, TestApp } from '../support/test-app.js';

const USER = 'US.13491208655302741918';
const SEND_BULK = '/api/v1/meta-templates/send-bulk/';

type Send = (app: TestApp, template: string, code?: string) => Promise<Answer>;

const about = (app: TestApp, template: string) => ({
  phone_number_id: app.meta.phoneNumber.id,
  template_name: template,
  language: 'en',
});

const upload =
  (type: string, body: (code?: string) => string): Send =>
  (app, template, code) =>
    app.send('POST', `${SEND_BULK}?${new URLSearchParams(about(app, template)).toString()}`, {
      headers: { 'content-type': type },
      body: body(code),
    });

const variables = (code?: string) => (code === undefined ? {} : { '1': code });

const sends: readonly [string, Send][] = [
  [
    'metaTemplates',
    (app, template, code) =>
      app.call('POST', '/api/v1/meta-templates/send/', {
        ...about(app, template),
        recipient_phone: USER,
        variables: variables(code),
      }),
  ],
  [
    'a bulk send',
    (app, template, code) =>
      app.call('POST', SEND_BULK, {
        ...about(app, template),
        recipients: [{ phone: USER, variables: variables(code) }],
      }),
  ],
  ['a CSV', upload('text/csv', (code) => (code === undefined ? `phone\n${USER}\n` : `phone,1\n${USER},${code}\n`))],
  ['NDJSON', upload('application/x-ndjson', (code) => JSON.stringify({ phone: USER, variables: variables(code) }))],
  [
    'conversations',
    (app, template, code) =>
      app.call('POST', '/api/whatsapp/send-template', {
        templateName: template,
        languageCode: 'en',
        recipients: [{ phoneNumber: USER }],
        ...(code !== undefined && {
          components: [
            { type: 'body', parameters: [{ type: 'text', text: code }] },
            { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: code }] },
          ],
        }),
      }),
  ],
  [
    'messaging',
    (app, template, code) =>
      app.call('POST', '/whatsapp/api/send-template/', {
        phone: USER,
        template_name: template,
        language: 'en',
        ...(code !== undefined && { body_params: [code] }),
      }),
  ],
  [
    'workspace',
    (app, template, code) =>
      app.call('POST', '/api/v1/default/messages/template', {
        phone_number: USER,
        template_name: template,
        template_language: 'en',
        ...(code !== undefined && { otp_code: code }),
      }),
  ],
];

describe('A business-scoped user id in place of a phone number', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({
      options: { surfaces: { metaTemplates: true, conversations: true, messaging: true, workspace: true } },
    });
    app.meta.account.addTemplate({
      name: 'greeting',
      language: 'en',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hello!' }],
    });
    app.meta.account.addTemplate({ ...sampleTemplates.oneTimeCode, id: undefined, name: 'login_code', language: 'en' });
  });
  afterAll(() => app[Symbol.asyncDispose]());
  beforeEach(() => app.meta.clear());

  it.each(sends)('is sent a template through %s', async (_, send) => {
    const { status, body } = await send(app, 'greeting');
    expect({ status: Math.floor(status / 100), body }).toMatchObject({ status: 2 });
    await vi.waitFor(() => expect(app.meta.messages).toMatchObject([{ body: { recipient: USER } }]));
  });

  it.each(sends)('is refused a one-time code by %s before the call', async (_, send) => {
    const { body } = await send(app, 'login_code', '123456');
    expect(JSON.stringify(body)).toContain('one-time codes cannot be sent to a business-scoped user id');
    expect(app.meta.messages).toEqual([]);
  });
});
