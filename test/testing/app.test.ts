import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, send } from './graph-client.js';

const TEXT = { type: 'text', text: { body: 'Hello' } };

let meta: GraphApiServer;
beforeEach(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterEach(() => meta.close());

const appToken = (secret = meta.appSecret) => ({ token: `${meta.app.id}|${secret}` });
const debugToken = (input: string, options?: { token: string }) =>
  call(meta, 'GET', `debug_token?input_token=${encodeURIComponent(input)}`, undefined, options);

describe('debug_token', () => {
  it('describes a token to the token itself and to the app', async () => {
    for (const options of [undefined, appToken()]) {
      expect((await debugToken(meta.accessToken, options)).body.data).toMatchObject({
        app_id: meta.app.id,
        is_valid: true,
        expires_at: 0,
        scopes: ['whatsapp_business_management', 'whatsapp_business_messaging'],
        granular_scopes: [
          { scope: 'whatsapp_business_management', target_ids: [meta.account.id] },
          { scope: 'whatsapp_business_messaging', target_ids: [meta.account.id] },
        ],
      });
    }
    expect((await debugToken('EAAunknown')).body.data).toMatchObject({ is_valid: false, error: { code: 190 } });
    expect((await debugToken(meta.accessToken, appToken('other'))).body.error?.code).toBe(190);
  });
});

describe('the app', () => {
  it('lacks a permission, and what needs it is refused', async () => {
    meta.app.permissions = ['whatsapp_business_management'];
    expect((await send(meta, TEXT)).body.error?.code).toBe(10);
    expect((await call(meta, 'GET', meta.account.id)).status).toBe(200);
    meta.app.permissions = ['whatsapp_business_messaging'];
    expect((await send(meta, TEXT)).status).toBe(200);
    expect((await call(meta, 'GET', meta.account.id)).body.error?.code).toBe(200);
  });

  it('has tokens that end', async () => {
    meta.app.tokenExpiresAt = Date.now() + 3_600_000;
    const { data } = (await debugToken(meta.accessToken)).body;
    expect(data).toMatchObject({ expires_at: Math.floor(meta.app.tokenExpiresAt / 1000) });
    meta.app.tokenExpiresAt = Date.now() - 1;
    expect((await send(meta, TEXT)).body.error).toMatchObject({ code: 190, error_subcode: 463 });
  });

  it('says where its webhooks go to the app token alone', async () => {
    const path = `${meta.app.id}/subscriptions`;
    expect((await call(meta, 'GET', path, undefined, appToken())).body.data).toEqual([]);
    meta.webhooks = { url: 'http://127.0.0.1:9/hook' };
    meta.app.webhookFields = ['messages'];
    expect((await call(meta, 'GET', path, undefined, appToken())).body.data).toMatchObject([
      { callback_url: 'http://127.0.0.1:9/hook', fields: [{ name: 'messages' }] },
    ]);
    expect((await call(meta, 'GET', path)).body.error?.code).toBe(15);
    const number = await call(meta, 'GET', `${meta.phoneNumber.id}?fields=webhook_configuration`);
    expect(number.body['webhook_configuration']).toEqual({ application: 'http://127.0.0.1:9/hook' });
  });
});

describe('the health of an account', () => {
  it('says why it cannot send', async () => {
    const health = async () => (await call(meta, 'GET', `${meta.account.id}?fields=health_status`)).body;
    expect(await health()).toMatchObject({ health_status: { can_send_message: 'AVAILABLE' } });
    meta.account.hasPaymentMethod = false;
    expect(await health()).toMatchObject({
      health_status: { can_send_message: 'LIMITED', entities: [{ errors: [{ error_code: 141006 }] }] },
    });
    meta.account.status = 'DISABLED';
    expect(await health()).toMatchObject({ health_status: { can_send_message: 'BLOCKED' } });
  });
});
