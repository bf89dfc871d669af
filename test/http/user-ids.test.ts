import { ContactsService, MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Answer, optionsFor, TestApp } from '../support/test-app.js';

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
    const meta = await GraphApiServer.start({ sample: true });
    const { accounts = [], ...options } = optionsFor(meta);
    app = await TestApp.start({
      meta,
      options: {
        ...options,
        accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
        surfaces: { metaTemplates: true, conversations: true, messaging: true, workspace: true, webhook: true },
      },
    });
    app.meta.account.addTemplate({
      name: 'greeting',
      language: 'en',
      category: 'UTILITY',
      components: [{ type: 'BODY', text: 'Hello!' }],
    });
    app.meta.account.addTemplate({ ...sampleTemplates.oneTimeCode, id: undefined, name: 'login_code', language: 'en' });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await app.meta.close();
  });
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

  it.each([
    ['reported', true],
    ['kept back', false],
  ])('is of one person with the number that Meta has %s, from the first status on', async (_, isNumberReported) => {
    const phone = isNumberReported ? '16505550001' : '16505550002';
    const next = isNumberReported ? '16505550003' : '16505550004';
    const user = app.meta.addUser({
      phone,
      parentUserId: `US.ENT.${phone}`,
      username: `ana.${phone}`,
      isNumberReported,
    });
    app.meta.webhooks = { url: `${app.url}/whatsapp/webhook`, doubled: 1, shuffled: true, batchSize: 2 };
    const contacts = app.get(ContactsService);
    const isDelivered = () =>
      vi.waitUntil(() => app.meta.webhookCounts.pending === 0, { interval: 5, timeout: 15_000 });
    await app.get(MessagesService).sendText({ to: `+${phone}`, text: { body: 'Hi' } });
    await isDelivered();
    expect(await contacts.lookup(phone)).toBeNull();

    app.meta.phoneNumber.receive({ userId: user.userId, type: 'text' });
    await isDelivered();
    const known = { phone, userId: user.userId, parentUserId: user.parentUserId, username: user.username };
    for (const name of [phone, known.userId, known.parentUserId ?? '']) {
      expect(await contacts.lookup(name)).toMatchObject({ ...known, userCountry: 'US' });
    }
    const { body } = await app.call('GET', `/api/whatsapp/conversations?search=@${user.username ?? ''}`);
    expect(body).toMatchObject({
      data: [{ phone_number: phone, user_id: known.userId, parent_user_id: known.parentUserId, user_country: 'US' }],
    });
    const recipients = [phone, user.userId, known.parentUserId].map((name) => ({ phone: name, variables: {} }));
    const dryRun = await app.call('POST', SEND_BULK, { ...about(app, 'greeting'), recipients, dry_run: true });
    expect(dryRun.body).toMatchObject({ total_recipients: 3, unique_recipients: 1 });

    app.meta.phoneNumber.changeNumberOf(user, next);
    await isDelivered();
    expect(await contacts.lookup(known.userId)).toMatchObject({
      userId: user.userId,
      phone: isNumberReported ? next : null,
    });
    // Meta's times are of whole seconds: of what comes within one, no order is known.
    const second = unixSeconds();
    await vi.waitUntil(() => unixSeconds() > second, { interval: 20, timeout: 15_000 });
    app.meta.phoneNumber.shareNumberOf(user);
    await isDelivered();
    expect(await contacts.lookup(next)).toMatchObject({ userId: user.userId, phone: next });
    expect((await contacts.lookup(next))?.id).toBe((await contacts.lookup(known.userId))?.id);
    expect(await contacts.lookup(phone)).toBeNull();
    app.meta.webhooks = undefined;
  });
});

const unixSeconds = (): number => Math.floor(Date.now() / 1_000);
