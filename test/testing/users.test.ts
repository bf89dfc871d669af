import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { type Body, call, send } from './graph-client.js';
import { WebhookReceiver } from './webhooks/webhook-receiver.js';

const PHONE = '16505551234';
const ID = 'US.13491208655302741918';
const PARENT = 'US.ENT.506847293015';
const TEXT = { type: 'text', text: { body: 'Hello' } };

let app: WebhookReceiver;
let meta: GraphApiServer;
beforeEach(async () => {
  app = await WebhookReceiver.start();
  meta = await GraphApiServer.start({ sample: true, webhooks: { url: app.url('/app') } });
});
afterEach(async () => {
  await meta.close();
  await app[Symbol.asyncDispose]();
});

const wamidOf = (body: Body) => body.messages?.[0]?.id ?? '';
const received = async (count: number) => {
  await vi.waitUntil(() => app.webhooks.length >= count, { interval: 1 });
  return app.webhooks.map(({ value }) => value);
};
const anyUser = (more: object = {}) =>
  meta.addUser({
    phone: `+${PHONE}`,
    userId: ID,
    parentUserId: PARENT,
    username: 'ana.b',
    profileName: 'Ana',
    ...more,
  });

const username = (method: string, body?: object) => call(meta, method, `${meta.phoneNumber.id}/username`, body);
const forget = (query: string) => call(meta, 'DELETE', `${meta.phoneNumber.id}/contact_book?${query}`);

describe('a user who the stand-in knows', () => {
  it.each([
    ['with the number', true, { from: PHONE }, { wa_id: PHONE }],
    ['without it where it may not be reported', false, {}, {}],
  ])('writes by ids, %s', async (_, isNumberReported, number, contact) => {
    anyUser({ isNumberReported });
    meta.phoneNumber.receive({ from: PHONE, type: 'text' });
    const [value] = await received(1);
    const profile = { name: 'Ana', username: 'ana.b' };
    expect(value?.contacts).toEqual([{ profile, ...contact, user_id: ID, parent_user_id: PARENT }]);
    const { id: __, timestamp: ___, type: ____, text: _____, ...names } = value?.messages?.[0] ?? {};
    expect(names).toEqual({ ...number, from_user_id: ID, from_parent_user_id: PARENT });
  });

  it.each([
    ['the number', { to: `+${PHONE}` }, false, { recipient_id: PHONE }, { wa_id: PHONE }],
    ['an id', { to: undefined, recipient: ID }, false, {}, {}],
    [
      'an id with a number that may be reported',
      { to: undefined, recipient: PARENT },
      true,
      { recipient_id: PHONE },
      { wa_id: PHONE },
    ],
  ])('is named by statuses of what is sent to %s', async (_, to, isNumberReported, number, contact) => {
    anyUser({ isNumberReported });
    meta.webhooks = { url: app.url('/app'), statuses: ['sent', { status: 'failed', code: 131026 }], batchSize: 1 };
    await send(meta, { ...TEXT, ...to });
    const [sent, failed] = await received(2);
    const ids = { recipient_user_id: ID, recipient_parent_user_id: PARENT };
    expect(sent?.statuses).toMatchObject([{ status: 'sent', ...number, ...ids }]);
    expect('recipient_id' in (sent?.statuses?.[0] ?? {})).toBe('recipient_id' in number);
    expect(sent?.contacts).toEqual([{ ...contact, user_id: ID, parent_user_id: PARENT }]);
    expect(failed?.contacts).toBeUndefined();
    expect('recipient_user_id' in (failed?.statuses?.[0] ?? {})).toBe(to.to === undefined);
  });

  it('has a username in the contacts of what was delivered', async () => {
    anyUser();
    meta.webhooks = { url: app.url('/app'), statuses: ['sent', 'delivered'], batchSize: 1 };
    await send(meta, { ...TEXT, to: `+${PHONE}` });
    const [sent, delivered] = await received(2);
    expect(sent?.contacts).toEqual([{ wa_id: PHONE, user_id: ID, parent_user_id: PARENT }]);
    expect(delivered?.contacts).toMatchObject([{ profile: { username: 'ana.b' } }]);
  });

  it.each([
    ['both numbers', true, { from: PHONE }, { type: 'user_changed_number', wa_id: '16505559999' }],
    ['ids alone', false, {}, { type: 'user_changed_user_id' }],
  ])('gets ids anew with another number, reported with %s', async (_, isNumberReported, number, system) => {
    const user = anyUser({ isNumberReported });
    meta.phoneNumber.changeNumberOf(user, '+1 650-555-9999');
    const [value] = await received(1);
    expect(user.userId).not.toBe(ID);
    expect(value?.contacts).toBeUndefined();
    const ids = {
      user_id: user.userId,
      previous_user_id: ID,
      parent_user_id: user.parentUserId,
      previous_parent_user_id: PARENT,
    };
    expect(value?.messages).toMatchObject([{ ...number, type: 'system', system: { ...system, ...ids } }]);
    expect(JSON.stringify(value?.messages).includes('wa_id')).toBe(isNumberReported);
    expect('from' in (value?.messages?.[0] ?? {})).toBe(isNumberReported);
  });

  it('shares the number when asked for it, and it is reported from then on', async () => {
    const user = anyUser({ isNumberReported: false });
    const request = {
      type: 'interactive',
      interactive: {
        type: 'request_contact_info',
        body: { text: 'May we have your number?' },
        action: { name: 'request_contact_info' },
      },
    };
    meta.webhooks = { url: app.url('/app'), statuses: [] };
    const { status, body } = await send(meta, { ...request, to: undefined, recipient: ID });
    expect(status).toBe(200);
    meta.phoneNumber.shareNumberOf(user, wamidOf(body));
    meta.phoneNumber.receive({ userId: ID, type: 'text' });
    const messages = (await received(1)).flatMap((value) => value.messages ?? []);
    expect(messages[0]).toMatchObject({
      type: 'contacts',
      from_user_id: ID,
      contacts: [{ origin: 'contact_request', phones: [{ wa_id: PHONE }] }],
      context: { id: wamidOf(body) },
    });
    expect(messages[0]).not.toHaveProperty('from');
    expect(messages[1]).toMatchObject({ from: PHONE });
  });

  it('may be asked for the number by a button of a template, which takes nothing', async () => {
    anyUser();
    const components = [{ type: 'BODY', text: 'May we call you?' }];
    const make = (text?: string) =>
      call(meta, 'POST', `${meta.account.id}/message_templates`, {
        name: text ? 'labelled' : 'ask_number',
        language: 'en',
        category: 'UTILITY',
        components: [...components, { type: 'BUTTONS', buttons: [{ type: 'REQUEST_CONTACT_INFO', text }] }],
      });
    expect((await make('Share')).body.error?.code).toBe(100);
    expect((await make()).status).toBe(200);
    const template = meta.account.template('ask_number', 'en');
    if (template) template.status = 'APPROVED';
    const content = { name: 'ask_number', language: { code: 'en' } };
    const to = { to: undefined, recipient: ID, type: 'template' };
    expect((await send(meta, { ...to, template: content })).status).toBe(200);
    const parameters = [{ type: 'payload', payload: 'x' }];
    const button = { type: 'button', sub_type: 'quick_reply', index: '0', parameters };
    expect((await send(meta, { ...to, template: { ...content, components: [button] } })).status).toBe(400);
  });

  it('is one person to windows, blocks and limits by number and id', async () => {
    anyUser();
    meta.phoneNumber.receive({ userId: ID, type: 'text' });
    expect(meta.phoneNumber.isWindowOpen(PHONE, Date.now())).toBe(true);
    meta.phoneNumber.blockedUsers.add(PHONE);
    expect((await send(meta, { ...TEXT, to: undefined, recipient: ID })).body.error?.code).toBe(130403);
  });

  it('has no use for the id that another portfolio knows them by', async () => {
    const other = meta.addAccount({ phoneNumbers: [{}] });
    const user = meta.addUser({ phone: '+16505550001' }, other);
    const { body } = await send(meta, { ...TEXT, to: undefined, recipient: user.userId });
    expect(body.error?.code).toBe(131009);
    meta.phoneNumber.receive({ from: user.phone, type: 'text' });
    const [value] = await received(1);
    expect(value?.messages?.[0]).not.toHaveProperty('from_user_id');
  });
});

describe('usernames and the contact book', () => {
  it('are set, read and deleted, with a webhook for each change', async () => {
    expect((await username('POST', { username: 'acme', transfer_action: 'none' })).body).toEqual({
      status: 'approved',
    });
    expect((await username('GET')).body).toEqual({ username: 'acme', status: 'approved' });
    expect((await username('DELETE')).body).toEqual({ success: true });
    await vi.waitUntil(() => meta.webhookCounts.delivered === 2, { interval: 1 });
    const changes = app.webhooks.flatMap(
      ({ raw }): { field: string; value: object }[] => JSON.parse(raw).entry[0].changes,
    );
    const number = { display_phone_number: meta.phoneNumber.digits };
    expect(changes).toEqual([
      { field: 'business_username_updates', value: { ...number, username: 'acme', status: 'approved' } },
      { field: 'business_username_updates', value: { ...number, status: 'deleted' } },
    ]);
  });

  it.each([
    [{ username: 'a' }, 100],
    [{ username: 'www.acme' }, 100],
    [{ username: 'acme', transfer_action: 'all' }, 100],
    [{ username: 'taken' }, 147001],
    [{ username: 'ours' }, 147005],
  ])('are refused as Meta does: %j', async (body, code) => {
    meta.addAccount({ phoneNumbers: [{ username: 'taken' }] });
    meta.account.addPhoneNumber({ username: 'ours' });
    expect((await username('POST', body)).body.error?.code).toBe(code);
  });

  it('know people by ids alone, and no parent ones', async () => {
    const user = anyUser();
    expect((await forget(`messaging_product=whatsapp&bsuid=${ID}`)).body).toEqual({
      messaging_product: 'whatsapp',
      success: true,
      deleted: true,
    });
    expect(user.isNumberReported).toBe(false);
    for (const query of [`bsuid=${ID}`, 'messaging_product=whatsapp', `messaging_product=whatsapp&bsuid=${PARENT}`]) {
      expect((await forget(query)).body.error?.code).toBe(100);
    }
  });
});
