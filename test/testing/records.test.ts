import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
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

  it('is forgotten on request', async () => {
    await send(meta, TEXT);
    meta.clear();
    expect([meta.requests, meta.messages, meta.messageCount, meta.sendsTo('+5491112345678')]).toEqual([[], [], 0, 0]);
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
