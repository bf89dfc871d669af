import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GraphApiServer, type Fault } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const ANA = '+5491112345678';
const BEN = '+5491187654321';

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
beforeEach(() => meta.clear());
afterAll(() => meta.close());

const sendTo = (to: string) => send(meta, { to, type: 'text', text: { body: 'Hello' } });
const list = () => call(meta, 'GET', `${meta.account.id}/message_templates`);

describe('a fault', () => {
  it.each([
    [131056, 400, undefined],
    [130429, 400, undefined],
    [131000, 500, undefined],
    [190, 401, undefined],
    [2, 503, true],
    [133016, 429, undefined],
    [999999, 400, undefined],
  ])('can be the Meta error %i', async (code, status, transient) => {
    meta.faults.next({ kind: 'error', code });
    const answer = await sendTo(ANA);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatchObject({ code, type: 'OAuthException' });
    expect(answer.body.error).toHaveProperty('fbtrace_id');
    expect(answer.body.error?.is_transient).toBe(transient);
    expect(meta.messages).toEqual([]);
    expect((await sendTo(ANA)).status).toBe(200);
  });

  it('has details when it is an error of WhatsApp itself', async () => {
    meta.faults.nextSend({ kind: 'error', code: 131047 });
    expect((await sendTo(ANA)).body.error?.error_data).toEqual({
      messaging_product: 'whatsapp',
      details: 'Re-engagement message',
    });
  });

  it('can be a Meta error in every detail', async () => {
    meta.faults.nextSend({
      kind: 'error',
      code: 190,
      subcode: 463,
      message: 'Session has expired',
      details: 'Renew it',
      status: 400,
      transient: false,
      headers: { 'X-Business-Use-Case-Usage': '{}' },
    });
    const { status, headers, body } = await sendTo(ANA);
    expect(status).toBe(400);
    expect(headers.get('x-business-use-case-usage')).toBe('{}');
    expect(body.error).toEqual({
      message: 'Session has expired',
      type: 'OAuthException',
      code: 190,
      error_subcode: 463,
      error_data: { messaging_product: 'whatsapp', details: 'Renew it' },
      is_transient: false,
      fbtrace_id: expect.any(String),
    });
  });

  it.each<[string, Fault, number]>([
    ['a 503 before accepting', { kind: 'status', status: 503 }, 0],
    ['a 502 after accepting', { kind: 'status', status: 502, when: 'after-accepting' }, 1],
    ['a bare 429', { kind: 'status', status: 429, body: '', headers: { 'Retry-After': '3' } }, 0],
  ])('can be %s', async (_case, fault, accepted) => {
    meta.faults.nextSend(fault);
    const { status, body } = await sendTo(ANA);
    expect(fault).toMatchObject({ status });
    expect(body.error).toBeUndefined();
    expect(meta.sendsTo(ANA)).toBe(accepted);
    expect(meta.messages).toHaveLength(accepted);
  });

  it.each<[Fault, number]>([
    [{ kind: 'reset' }, 0],
    [{ kind: 'reset', when: 'after-accepting' }, 1],
  ])('can be a reset: %j', async (fault, accepted) => {
    meta.faults.nextSend(fault);
    await expect(sendTo(ANA)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(meta.sendsTo(ANA)).toBe(accepted);
    expect(meta.requests).toHaveLength(1);
  });

  it.each<[Fault, number]>([
    [{ kind: 'silence' }, 0],
    [{ kind: 'silence', when: 'after-accepting' }, 1],
    [{ kind: 'delay', ms: 3_600_000, when: 'after-accepting' }, 1],
  ])('can leave the client waiting: %j', async (fault, accepted) => {
    meta.faults.nextSend(fault);
    const client = new AbortController();
    const answer = fetch(`${meta.url}/v25.0/${meta.phoneNumber.id}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${meta.accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', to: ANA, type: 'text', text: { body: 'Hello' } }),
      signal: client.signal,
    });
    const outcome = Promise.allSettled([answer]);
    await vi.waitUntil(() => meta.requests.length > 0, { interval: 1 });
    client.abort();
    expect(await outcome).toMatchObject([{ status: 'rejected', reason: { name: 'AbortError' } }]);
    expect(meta.sendsTo(ANA)).toBe(accepted);
  });

  it('can be a delay, after which the answer is the usual one', async () => {
    meta.faults.nextSend({ kind: 'delay', ms: 5 });
    expect((await sendTo(ANA)).body.messages).toHaveLength(1);
  });

  it('does not turn a refusal into an accepted message', async () => {
    meta.faults.nextSend({ kind: 'reset', when: 'after-accepting' });
    const { body } = await sendTo('nobody');
    expect(body.error?.code).toBe(131009);
    expect(meta.messages).toEqual([]);
  });
});

describe('the scope of a fault', () => {
  const outage: Fault = { kind: 'status', status: 503 };

  it('is the next request only, whatever it is', async () => {
    meta.faults.next(outage);
    expect([(await list()).status, (await list()).status, (await sendTo(ANA)).status]).toEqual([503, 200, 200]);
  });

  it('can be several requests, in the order the faults were set', async () => {
    const pending = meta.faults.nextSend(outage, { times: 2 });
    meta.faults.nextSend({ kind: 'error', code: 131056 });
    expect((await list()).status).toBe(200);
    expect((await sendTo(ANA)).status).toBe(503);
    expect(pending.remaining).toBe(1);
    expect((await sendTo(ANA)).status).toBe(503);
    expect(pending.remaining).toBe(0);
    expect((await sendTo(ANA)).status).toBe(400);
    expect((await sendTo(ANA)).status).toBe(200);
  });

  it('can be one recipient, in any spelling', async () => {
    meta.faults.nextSend({ kind: 'error', code: 131026 }, { recipient: '54 911 1234-5678' });
    expect((await sendTo(BEN)).status).toBe(200);
    expect((await sendTo(ANA)).status).toBe(400);
    expect((await sendTo(ANA)).status).toBe(200);
  });

  it('can be a method, a path or a condition', async () => {
    meta.faults.next(outage, { method: 'get', path: /message_templates$/ });
    meta.faults.next(outage, { where: ({ body }) => JSON.stringify(body)?.includes('Hello') ?? false });
    expect((await call(meta, 'GET', meta.account.id)).status).toBe(200);
    expect((await sendTo(ANA)).status).toBe(503);
    expect((await list()).status).toBe(503);
    expect((await list()).status).toBe(200);
  });

  it('ends when the fault is taken back', async () => {
    const first = meta.faults.next(outage, { times: Infinity });
    const second = meta.faults.next(outage, { times: Infinity });
    first.cancel();
    expect((await list()).status).toBe(503);
    meta.faults.clear();
    expect((await list()).status).toBe(200);
    expect([first.remaining, second.remaining]).toEqual([0, 0]);
  });
});
