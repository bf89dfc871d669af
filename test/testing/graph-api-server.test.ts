import { Agent } from 'undici';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const servers: GraphApiServer[] = [];
const start: typeof GraphApiServer.start = async (options) => {
  const server = await GraphApiServer.start(options);
  servers.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('GraphApiServer', () => {
  it('starts empty on a port of its own and says what to do when asked for an account', async () => {
    const [one, other] = [await start(), await start()];
    expect(one.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(one.url).not.toBe(other.url);
    expect(one.accounts).toEqual([]);
    expect(() => one.account).toThrow('addAccount()');
    expect(() => one.addAccount() && one.phoneNumber).toThrow('addPhoneNumber()');
  });

  it('takes port, token, secret and accounts as options', async () => {
    const first = await start();
    const port = Number(new URL(first.url).port);
    await first.close();
    const accounts = [
      { id: '100', phoneNumbers: [{ id: '200' }], templates: [{ name: 'hi', language: 'en', components: [] }] },
    ];
    const meta = await start({ port, accessToken: 'EAAtest', appSecret: 'secret', accounts });
    expect(meta.url).toBe(first.url);
    expect(meta.appSecret).toBe('secret');
    expect(meta.phoneNumber.id).toBe('200');
    expect((await call(meta, 'GET', '100', undefined, { token: 'EAAtest' })).body).toMatchObject({ id: '100' });
  });

  it('refuses two nodes of one id', async () => {
    const meta = await start({ accounts: [{ id: '100' }] });
    expect(() => meta.addAccount({ id: '100' })).toThrow('The id 100 is taken');
  });

  it('keeps connections alive', async () => {
    const meta = await start({ sample: true });
    const agent = new Agent({ connections: 1 });
    let connects = 0;
    agent.on('connect', () => (connects += 1));
    for (const edge of ['', '/phone_numbers', '/message_templates']) {
      const { body, statusCode } = await agent.request({
        origin: meta.url,
        path: `/v25.0/${meta.account.id}${edge}`,
        method: 'GET',
        headers: { authorization: `Bearer ${meta.accessToken}` },
      });
      expect(statusCode).toBe(200);
      await body.dump();
    }
    expect(connects).toBe(1);
    await agent.close();
  });

  it('refuses connections while it is down and comes back on the same port with all it had', async () => {
    const meta = await start({ sample: true });
    const { url } = meta;
    await send(meta, { type: 'text', text: { body: 'one' } });
    await meta.down();
    await expect(send(meta, { type: 'text', text: { body: 'two' } })).rejects.toMatchObject({
      cause: { code: 'ECONNREFUSED' },
    });
    await meta.up();
    expect(meta.url).toBe(url);
    expect((await send(meta, { type: 'text', text: { body: 'three' } })).status).toBe(200);
    expect(meta.messageCount).toBe(2);
  });

  it('ends requests in flight at once when it is closed', async () => {
    const meta = await start({ sample: true });
    meta.faults.nextSend({ kind: 'silence' });
    meta.faults.nextSend({ kind: 'delay', ms: 3_600_000 });
    const silent = send(meta, { type: 'text', text: { body: 'x' } });
    const late = send(meta, { type: 'text', text: { body: 'x' } });
    const outcomes = Promise.allSettled([silent, late]);
    await vi.waitUntil(() => meta.requests.length === 2, { interval: 1 });
    await meta[Symbol.asyncDispose]();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it.each([
    ['an expired version', 'v19.0', '', 2635],
    ['no version', 'abc', '', 2500],
    ['an edge that does not exist', 'v25.0', '/nothing', 2500],
    ['a path that is too long', 'v25.0', '/messages/more', 2500],
  ])('answers %s with a Graph error', async (_case, version, edge, code) => {
    const meta = await start({ sample: true });
    const { status, body } = await call(meta, 'GET', `${meta.account.id}${edge}`, undefined, { version });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code, type: 'OAuthException' });
    expect(body.error?.fbtrace_id).toMatch(/^A[\w-]{22}$/);
  });

  it.each(['v20.0', 'v25.0', 'v26.0', 'v31.0'])('answers %s', async (version) => {
    const meta = await start({ sample: true });
    expect((await call(meta, 'GET', meta.account.id, undefined, { version })).status).toBe(200);
  });

  it('does not report an object that is not there from one of another kind', async () => {
    const meta = await start({ sample: true });
    for (const [method, path] of [
      ['GET', '999'],
      ['POST', '999/messages'],
      ['DELETE', meta.account.id],
    ] as const) {
      const { status, body } = await call(meta, method, path, method === 'POST' ? {} : undefined);
      expect(status).toBe(400);
      expect(body.error).toMatchObject({ code: 100, error_subcode: 33, type: 'GraphMethodException' });
    }
  });
});
