import { UnauthorizedException } from '@nestjs/common';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { oneAdapter, TestApp } from '../../support/test-app.js';
import { BASE, MessagingApp, someone } from './messaging-app.js';

const CALLS = [
  ['POST', '/send-message/', 'messages.send'],
  ['POST', '/send-location/', 'messages.send'],
  ['POST', '/send-template/', 'messages.send'],
  ['GET', '/chats/', 'messages.read'],
  ['GET', '/campaigns/', 'messages.read'],
  ['POST', '/block/', 'contacts.update'],
  ['DELETE', '/unblock/', 'contacts.update'],
  ['GET', '/blocked/', 'contacts.read'],
] as const;

describe.each(oneAdapter)('Who may call the messaging surface on $adapter', ({ adapter }) => {
  let messaging: MessagingApp;

  beforeAll(async () => {
    messaging = await MessagingApp.start(adapter, (meta) => {
      const foreign = meta.addAccount({ name: 'foreign', accessToken: 'foreign-token' });
      foreign.addPhoneNumber();
      const ofAccount = (account: typeof foreign, workspace: string) => ({
        businessAccountId: account.id,
        accessToken: account.accessToken,
        phoneNumberIds: account.phoneNumbers.map(({ id }) => id),
        workspace,
      });
      return { accounts: [ofAccount(meta.account, 'default'), ofAccount(foreign, 'foreign')] };
    });
  });
  afterAll(() => messaging[Symbol.asyncDispose]());
  beforeEach(() => messaging.meta.clear());

  const call = (method: string, path: string, headers: Record<string, string>) =>
    messaging.app.call(method, BASE + path, method === 'GET' ? undefined : {}, headers);

  it.each(CALLS)('%s %s answers no one without a key, in two words', async (method, path) => {
    for (const headers of [{ 'x-api-key': '' }, { 'x-api-key': 'nobody' }]) {
      const answer = await call(method, path, headers);
      expect([answer.status, answer.body]).toEqual([401, { error: 'Unauthorized' }]);
    }
    const inQuery = await call(method, `${path}?api_key=${messaging.app.key}`, { 'x-api-key': '' });
    expect([inQuery.status, inQuery.body]).toEqual([401, { error: 'Unauthorized' }]);
  });

  it.each(CALLS)('%s %s takes the key as a bearer token, too', async (method, path) => {
    const { status } = await call(method, path, { 'x-api-key': '', authorization: `Bearer ${messaging.app.key}` });
    expect(status).toBe(method === 'GET' ? 200 : 400);
  });

  it.each(CALLS)('%s %s wants the ability %s, and no other', async (method, path, ability) => {
    expect((await call(method, path, await messaging.keyOf('default', ability))).status).not.toBe(403);
    const others = (['messages.send', 'messages.read', 'contacts.read', 'contacts.update'] as const).filter(
      (other) => other !== ability,
    );
    const answer = await call(method, path, await messaging.keyOf('default', ...others));
    expect([answer.status, answer.body]).toEqual([403, { error: expect.stringContaining(`"${ability}"`) }]);
  });

  it("does not know another workspace's number: the answer is that of one that never was", async () => {
    const [foreign = 0] = await messaging.accountIds('foreign');
    await messaging.receives(someone());
    const { name: template_name, language } = sampleTemplates.plain;
    for (const [method, path, body] of [
      ['POST', '/send-message/', { message: 'x' }],
      ['POST', '/send-location/', { latitude: 1, longitude: 1 }],
      ['POST', '/send-template/', { template_name, language }],
      ['POST', '/block/', {}],
      ['DELETE', '/unblock/', {}],
    ] as const) {
      const ask = (account_id: number) =>
        messaging.app.call(method, BASE + path, { phone: someone(), account_id, ...body });
      const [theirs, unknown] = [await ask(foreign), await ask(999_999)];
      expect([theirs.status, theirs.body]).toEqual([404, { error: `Phone number ${foreign} not found.` }]);
      expect(JSON.stringify(unknown.body)).toBe(JSON.stringify(theirs.body).replace(String(foreign), '999999'));
    }
    expect(messaging.meta.requestsTo(/messages|block_users/)).toEqual([]);
  });

  it('shows a workspace nothing of another', async () => {
    const headers = await messaging.keyOf('foreign');
    const phone = someone();
    await messaging.receives(phone);
    await messaging.text({ phone });
    await messaging.post('/block/', { phone });
    expect((await messaging.get('/chats/', headers)).body).toEqual({ conversations: [] });
    expect((await messaging.get('/blocked/', headers)).body).toEqual({ blocked_users: [] });
    expect((await messaging.get('/campaigns/', headers)).body).toEqual({ campaigns: [] });
  });

  it("words a refusal of the host's own guard as its own", async () => {
    const guard = {
      canActivate: () => {
        throw new UnauthorizedException('Log in first.');
      },
    };
    await using app = await TestApp.start({
      adapter,
      meta: messaging.meta,
      options: { accounts: [], surfaces: { messaging: { prefix: '/own', guards: [guard] } } },
    });
    const answer = await fetch(`${app.url}/own/chats/`);
    expect([answer.status, await answer.json()]).toEqual([401, { error: 'Unauthorized' }]);
  });
});
