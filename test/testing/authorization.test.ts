import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const TEXT = { type: 'text', text: { body: 'Hello' } };
const proofOf = (secret: string, token: string) => createHmac('sha256', secret).update(token).digest('hex');

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());

describe('access tokens', () => {
  it.each([
    ['missing', null, 0, 'unable to authenticate'],
    ['unknown', 'EAAnotthisone', 190, 'Cannot parse access token'],
    ['malformed', 'EAA with "blanks"', 190, 'Malformed access token EAA with "blanks"'],
  ])('are refused when %s', async (_case, token, code, message) => {
    for (const answer of [
      await send(meta, TEXT, { token }),
      await call(meta, 'GET', meta.account.id, undefined, { token }),
    ]) {
      expect(answer.status).toBe(401);
      expect(answer.body.error).toMatchObject({ code, message: expect.stringContaining(message) });
      expect(answer.body.error).not.toHaveProperty('error_data');
    }
    expect(meta.messages).toEqual([]);
  });

  it('are malformed when the test says so, and repeated in the message as Meta does', async () => {
    await using strict = await GraphApiServer.start({
      sample: true,
      isMalformedToken: (token) => token.startsWith('bad'),
    });
    const { body } = await send(strict, TEXT, { token: 'bad-secret' });
    expect(body.error).toMatchObject({ code: 190, message: 'Malformed access token bad-secret' });
  });

  it('are good for their own account only', async () => {
    const other = meta.addAccount({ accessToken: 'EAAother', phoneNumbers: [{}] });
    const number = other.phoneNumbers[0]?.id ?? '';
    const message = { messaging_product: 'whatsapp', to: '+5491112345678', ...TEXT };
    const options = { token: 'EAAother' };
    expect((await call(meta, 'POST', `${number}/messages`, message, options)).status).toBe(200);
    for (const [answer, code] of [
      [await call(meta, 'POST', `${number}/messages`, message), 10],
      [await call(meta, 'GET', other.id), 200],
      [await send(meta, TEXT, options), 10],
    ] as const) {
      expect(answer.status).toBe(403);
      expect(answer.body.error?.code).toBe(code);
    }
    other.accessToken = 'EAArotated';
    expect((await call(meta, 'GET', other.id, undefined, options)).body.error?.code).toBe(190);
    expect((await call(meta, 'GET', other.id, undefined, { token: 'EAArotated' })).status).toBe(200);
  });
});

describe('appsecret_proof', () => {
  it('is not needed by default, but a wrong one is refused', async () => {
    const good = proofOf(meta.appSecret, meta.accessToken);
    expect((await call(meta, 'GET', `${meta.account.id}?appsecret_proof=${good}`)).status).toBe(200);
    const { body } = await call(meta, 'GET', `${meta.account.id}?appsecret_proof=${good.replace(/.$/, 'x')}`);
    expect(body.error).toMatchObject({ code: 100, message: expect.stringContaining('Invalid appsecret_proof') });
  });

  it('is made with the secret of the app that the token belongs to', async () => {
    await using strict = await GraphApiServer.start({
      requireAppSecretProof: true,
      accounts: [{ id: '100' }, { id: '200', accessToken: 'EAAtwo', appSecret: 'secret-two' }],
    });
    const own = { token: 'EAAtwo' };
    const first = proofOf(strict.appSecret, strict.accessToken);
    const second = proofOf('secret-two', 'EAAtwo');
    expect((await call(strict, 'GET', '100')).body.error?.message).toContain('require an appsecret_proof');
    expect((await call(strict, 'GET', `100?appsecret_proof=${first}`)).status).toBe(200);
    expect((await call(strict, 'GET', `200?appsecret_proof=${second}`, undefined, own)).status).toBe(200);
    const withOtherSecret = proofOf(strict.appSecret, 'EAAtwo');
    expect((await call(strict, 'GET', `200?appsecret_proof=${withOtherSecret}`, undefined, own)).status).toBe(400);
  });
});
