import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { WorkspaceApp } from './workspace-app.js';

let scene: WorkspaceApp;

beforeAll(async () => {
  scene = await WorkspaceApp.start();
});
afterAll(() => scene[Symbol.asyncDispose]());
beforeEach(() => scene.meta.clear());

const register = (pin: string, id = scene.meta.phoneNumber.id) =>
  scene.accounts.registerPhoneNumber(id, pin, scene.here);
const subscribe = (more: object = {}) => scene.accounts.subscribeApp(scene.meta.account.id, { ...scene.here, ...more });
const override = { callbackUrl: 'https://shop.example.com/whatsapp/webhook', verifyToken: 'verify-me' };

describe('AccountsService.registerPhoneNumber()', () => {
  it.each(['', '12345', '1234567', '12 456', '12345a', '１２３４５６', '123456\n'])(
    'refuses the PIN %j, which is not six digits, without using up a try at Meta',
    async (pin) => {
      await expect(register(pin)).rejects.toThrow(ValidationError);
      expect(scene.meta.requestsTo('/register')).toEqual([]);
    },
  );

  it('registers the number with its PIN', async () => {
    const { phoneNumber } = scene.meta;
    phoneNumber.status = 'DISCONNECTED';
    await register('212834');
    expect(phoneNumber).toMatchObject({ status: 'CONNECTED', pin: '212834' });
    expect(scene.meta.requestsTo('/register').map(({ body }) => body)).toEqual([
      { messaging_product: 'whatsapp', pin: '212834' },
    ]);
  });

  it("passes on Meta's word that the PIN is wrong, with what it means", async () => {
    scene.meta.phoneNumber.pin = '212834';
    const error = await register('000000').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MetaApiError);
    expect(error).toMatchObject({ metaCode: 133005, meaning: expect.stringMatching(/PIN/), isTransient: false });
    expect(scene.meta.phoneNumber.pin).toBe('212834');
  });

  it('knows no number that Meta does not know', async () => {
    await expect(register('212834', '404404404404404')).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' });
    expect(scene.meta.requestsTo('/register')).toEqual([]);
  });
});

describe('AccountsService.subscribeApp()', () => {
  it('subscribes to the webhooks of an account', async () => {
    scene.meta.account.isSubscribed = false;
    await subscribe();
    expect(scene.meta.account).toMatchObject({ isSubscribed: true, callbackOverride: undefined });
    expect(scene.meta.requestsTo('/subscribed_apps', 'POST').map(({ body }) => body)).toEqual([undefined]);
  });

  it("has them sent to an address of the account's own, until changed", async () => {
    await subscribe({ override });
    expect(scene.meta.account).toMatchObject({ isSubscribed: true, callbackOverride: override.callbackUrl });
    expect(scene.meta.requestsTo('/subscribed_apps', 'POST').map(({ body }) => body)).toEqual([
      { override_callback_uri: override.callbackUrl, verify_token: override.verifyToken },
    ]);
    await subscribe();
    expect(scene.meta.account.callbackOverride).toBeUndefined();
  });

  it("passes on Meta's refusal of an address", async () => {
    const wrong = { override: { ...override, callbackUrl: 'not an address' } };
    await expect(subscribe(wrong)).rejects.toMatchObject({ name: 'MetaApiError', metaCode: 100 });
  });

  it('knows accounts of its workspace only', async () => {
    const elsewhere = scene.accounts.subscribeApp(scene.meta.account.id, {});
    await expect(elsewhere).rejects.toMatchObject({ code: 'BUSINESS_ACCOUNT_NOT_FOUND' });
    expect(scene.meta.requestsTo('/subscribed_apps')).toEqual([]);
  });
});
