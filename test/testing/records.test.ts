import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer, TestClock } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const TEXT = { type: 'text', text: { body: 'Hello' } };

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

describe('what the server remembers', () => {
  it('is every request with path, query, headers and body, refused ones too', async () => {
    await call(meta, 'GET', `${meta.account.id}?fields=name`);
    await send(meta, TEXT, { token: 'EAAwrong' });
    expect(meta.requests).toMatchObject([
      { method: 'GET', path: `/v25.0/${meta.account.id}`, query: { fields: 'name' }, body: undefined },
      {
        method: 'POST',
        path: `/v25.0/${meta.phoneNumber.id}/messages`,
        query: {},
        headers: { authorization: 'Bearer EAAwrong', 'content-type': 'application/json' },
        body: { to: '+5491112345678', ...TEXT },
        receivedAt: expect.any(Date),
      },
    ]);
    expect(meta.requestsTo('/messages')).toEqual([meta.requests[1]]);
    expect(meta.requestsTo(/./, 'get')).toEqual([meta.requests[0]]);
  });

  it('is how often each recipient got something, in any spelling', async () => {
    await send(meta, TEXT);
    await send(meta, { ...TEXT, to: '+54 911 1234 5678' });
    await send(meta, { ...TEXT, to: '+5491187654321' });
    expect(meta.sendsTo('5491112345678')).toBe(2);
    expect(meta.messagesTo('+54 (911) 1234-5678').map(({ to }) => to)).toEqual(['+5491112345678', '+54 911 1234 5678']);
    expect(meta.sendsTo('+5491100000000')).toBe(0);
    expect(meta.messageCount).toBe(3);
  });

  it('is how many messages each recipient got, to find whoever got two', async () => {
    for (const to of ['+5491112345678', '+54 911 1234-5678', '+5491187654321']) await send(meta, { ...TEXT, to });
    await send(meta, { ...TEXT, to: undefined, recipient: 'US.13491208655302741918' });
    await send(meta, { ...TEXT, to: 'nobody' });
    expect(Object.fromEntries(meta.sendCounts)).toEqual({
      '5491112345678': 2,
      '5491187654321': 1,
      'US.13491208655302741918': 1,
    });
  });

  it('is how many sends were refused with each code', async () => {
    meta.faults.nextSend({ kind: 'error', code: 130429 }, { times: 2 });
    meta.faults.nextSend({ kind: 'status', status: 503 });
    for (let time = 0; time < 3; time += 1) await send(meta, TEXT);
    meta.faults.nextSend({ kind: 'error', code: 131000, when: 'after-accepting' });
    await send(meta, TEXT);
    await send(meta, TEXT, { token: 'EAAwrong' });
    await send(meta, { ...TEXT, to: 'nobody' });
    await send(meta, TEXT);
    await call(meta, 'POST', `${meta.phoneNumber.id}/messages`, { messaging_product: 'whatsapp', status: 'read' });
    await call(meta, 'GET', '999');
    expect(Object.fromEntries(meta.refusals)).toEqual({ 130429: 2, 131000: 1, 190: 1, 131009: 1 });
  });

  it('is the busiest second of each phone number', async () => {
    const clock = new TestClock({ speed: 0 });
    await using server = await GraphApiServer.start({ sample: true, now: clock.now, limits: false });
    for (const ms of [0, 400, 599, 1, 5_000]) {
      clock.advance(ms);
      await send(server, TEXT);
    }
    await send(server, { ...TEXT, to: 'nobody' });
    expect(server.busiestSecond(server.phoneNumber.id)).toBe(3);
    expect(server.busiestSecond(server.account.addPhoneNumber().id)).toBe(0);
    server.clear();
    expect(server.busiestSecond(server.phoneNumber.id)).toBe(0);
  });

  it('is forgotten on request', async () => {
    await send(meta, TEXT);
    await send(meta, { ...TEXT, to: 'nobody' });
    meta.clear();
    expect([meta.requests, meta.messages, meta.messageCount, meta.sendsTo('+5491112345678')]).toEqual([[], [], 0, 0]);
    expect([meta.sendCounts.size, meta.refusals.size]).toEqual([0, 0]);
  });

  it.each([
    ['everything', 1, 1],
    ['messages', 0, 1],
    ['counts', 0, 0],
  ] as const)('can be limited to %s', async (record, requests, messages) => {
    await using server = await GraphApiServer.start({ sample: true, record });
    await send(server, TEXT);
    expect([server.requests.length, server.messages.length]).toEqual([requests, messages]);
    expect([server.messageCount, server.sendsTo('+5491112345678')]).toEqual([1, 1]);
  });
});

describe('waiting for messages', () => {
  it('ends when they have come', async () => {
    const waiting = meta.waitForMessages(2);
    await send(meta, TEXT);
    await send(meta, TEXT);
    await waiting;
    await meta.waitForMessages(1);
    expect(meta.messageCount).toBe(2);
  });

  it('fails when they do not come, and says how many did', async () => {
    await send(meta, TEXT);
    await expect(meta.waitForMessages(2, 10)).rejects.toThrow('for 2 messages, but 1 were accepted');
  });
});
