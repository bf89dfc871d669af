import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call } from './graph-client.js';

let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());

describe('a business account', () => {
  it('tells the default fields, or the id and those asked for', async () => {
    const account = meta.addAccount({
      name: 'Mi Empresa',
      ownerBusinessId: '777',
      ownerBusinessName: 'Holding',
      currency: 'ARS',
    });
    const byDefault = await call(meta, 'GET', account.id);
    expect(Object.keys(byDefault.body).toSorted()).toEqual(['id', 'message_template_namespace', 'name', 'timezone_id']);
    const asked = await call(meta, 'GET', `${account.id}?fields=name,currency,owner_business_info{id,name}`);
    expect(asked.body).toEqual({
      id: account.id,
      name: 'Mi Empresa',
      currency: 'ARS',
      owner_business_info: { id: '777', name: 'Holding' },
    });
    const nested = await call(meta, 'GET', `${account.id}?fields=owner_business_info{id}`);
    expect(nested.body).toEqual({ id: account.id, owner_business_info: { id: '777' } });
  });

  it('refuses a field that it does not have', async () => {
    const { status, body } = await call(meta, 'GET', `${meta.account.id}?fields=id,colour`);
    expect(status).toBe(400);
    expect(body.error?.message).toBe(
      '(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppBusinessAccount)',
    );
  });

  it('subscribes the app, with or without a callback of its own', async () => {
    const account = meta.addAccount();
    const path = `${account.id}/subscribed_apps`;
    expect((await call(meta, 'GET', path)).body.data).toEqual([]);
    expect((await call(meta, 'POST', path)).body).toEqual({ success: true });
    expect((await call(meta, 'GET', path)).body.data?.[0]).not.toHaveProperty('override_callback_uri');
    const override = { override_callback_uri: 'https://app.example.com/hook', verify_token: 'x' };
    expect((await call(meta, 'POST', path, override)).status).toBe(200);
    expect((await call(meta, 'GET', path)).body.data?.[0]).toMatchObject({
      override_callback_uri: override.override_callback_uri,
    });
    const withoutToken = await call(meta, 'POST', path, { override_callback_uri: 'https://app.example.com/hook' });
    expect(withoutToken.body.error?.message).toBe('(#100) The parameter verify_token is required.');
    await call(meta, 'POST', path);
    expect(account.callbackOverride).toBeUndefined();
    await call(meta, 'DELETE', path);
    expect(account.isSubscribed).toBe(false);
  });
});

describe('a phone number', () => {
  it('is listed with its account, in pages', async () => {
    const account = meta.addAccount();
    const [first, second, third] = [account.addPhoneNumber(), account.addPhoneNumber(), account.addPhoneNumber()];
    const page = await call(meta, 'GET', `${account.id}/phone_numbers?fields=status&limit=2`);
    expect(page.body.data).toEqual([
      { id: first.id, status: 'CONNECTED' },
      { id: second.id, status: 'CONNECTED' },
    ]);
    const rest = await call(meta, 'GET', `${account.id}/phone_numbers?after=${page.body.paging?.cursors.after}`);
    expect(rest.body.data).toEqual([expect.objectContaining({ id: third.id, quality_rating: 'GREEN' })]);
  });

  it('tells what the fixture and the test say', async () => {
    const number = meta.account.addPhoneNumber({
      displayPhoneNumber: '+54 9 223 675-0780',
      verifiedName: 'Mindo',
      throughputLevel: 'HIGH',
      isOnBizApp: true,
    });
    number.qualityRating = 'YELLOW';
    const fields = 'display_phone_number,verified_name,throughput,is_on_biz_app,quality_rating,is_pin_enabled';
    expect((await call(meta, 'GET', `${number.id}?fields=${fields}`)).body).toEqual({
      id: number.id,
      display_phone_number: '+54 9 223 675-0780',
      verified_name: 'Mindo',
      throughput: { level: 'HIGH' },
      is_on_biz_app: true,
      quality_rating: 'YELLOW',
      is_pin_enabled: false,
    });
  });

  it.each([
    [false, { whatsapp_business_manager_messaging_limit: 'TIER_2K' }],
    [true, { messaging_limit_tier: 'TIER_2K' }],
  ])('tells its messaging limit in the field of its age (legacy: %s)', async (legacyLimitField, expected) => {
    const number = meta.account.addPhoneNumber({ messagingLimit: 'TIER_2K', legacyLimitField });
    const path = `${number.id}?fields=whatsapp_business_manager_messaging_limit,messaging_limit_tier`;
    expect((await call(meta, 'GET', path)).body).toEqual({ id: number.id, ...expected });
  });

  it('takes a webhook override and gives it up for an empty one', async () => {
    const number = meta.account.addPhoneNumber();
    const configure = (uri: string) =>
      call(meta, 'POST', number.id, { webhook_configuration: { override_callback_uri: uri, verify_token: 'x' } });
    const read = async () => (await call(meta, 'GET', `${number.id}?fields=webhook_configuration`)).body;
    expect((await configure('https://app.example.com/hook')).body).toEqual({ success: true });
    expect(await read()).toMatchObject({ webhook_configuration: { phone_number: 'https://app.example.com/hook' } });
    await configure('');
    expect(await read()).toEqual({ id: number.id });
    expect((await configure('nonsense')).body.error?.code).toBe(100);
  });
});

const register = (id: string, body: object) => call(meta, 'POST', `${id}/register`, body);

describe('registration', () => {
  it('connects a number and keeps its PIN', async () => {
    const number = meta.account.addPhoneNumber({ status: 'PENDING' });
    expect((await register(number.id, { messaging_product: 'whatsapp', pin: '123456' })).body).toEqual({
      success: true,
    });
    expect(number.status).toBe('CONNECTED');
    const wrong = await register(number.id, { messaging_product: 'whatsapp', pin: '654321' });
    expect(wrong.body.error?.code).toBe(133005);
    expect((await call(meta, 'POST', `${number.id}/deregister`)).status).toBe(200);
    expect(number.status).toBe('DISCONNECTED');
  });

  it.each([
    [{ pin: '123456' }, 'messaging_product is required'],
    [{ messaging_product: 'whatsapp' }, 'pin is required'],
    [{ messaging_product: 'whatsapp', pin: '12345' }, 'must be 6 digits'],
    [{ messaging_product: 'sms', pin: '123456' }, 'must be one of {whatsapp}'],
  ])('refuses %j', async (body, message) => {
    const { error } = (await register(meta.phoneNumber.id, body)).body;
    expect(error).toMatchObject({ code: 100, message: expect.stringContaining(message) });
  });

  it('is refused the eleventh time in 72 hours', async () => {
    let now = Date.parse('2026-11-16T00:00:00Z');
    await using server = await GraphApiServer.start({ sample: true, now: () => now });
    const again = () => call(server, 'POST', `${server.phoneNumber.id}/deregister`);
    for (let attempt = 0; attempt < 10; attempt += 1) expect((await again()).status).toBe(200);
    const refused = await again();
    expect(refused.status).toBe(429);
    expect(refused.body.error?.code).toBe(133016);
    now += 72 * 3_600_000;
    expect((await again()).status).toBe(200);
  });
});
