import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { MarketingOnboarding } from '../../lib/accounts/marketing-onboarding.js';
import { FieldUpdates } from '../../lib/webhooks/fields/field-updates.js';
import { WorkspaceApp } from './workspace-app.js';

let scene: WorkspaceApp;
let older: WorkspaceApp;

beforeAll(async () => {
  scene = await WorkspaceApp.start();
  older = await WorkspaceApp.start();
  await older.restart({ options: { graph: { baseUrl: older.meta.url, version: 'v23.0' } } });
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  await older[Symbol.asyncDispose]();
});
beforeEach(() => scene.meta.clear());

const marketing = async ({ accounts, here, meta }: WorkspaceApp) =>
  (await accounts.get(meta.account.id, here)).marketing;

const refusal = (code: number) => new MetaApiError({ code, message: 'No.', isTransient: false }, { httpStatus: 400 });

describe('how far an account has joined the Marketing Messages API', () => {
  it('is stored with the account, of which only ONBOARDED has joined', async () => {
    expect(await marketing(scene)).toEqual({ status: null, isOnboarded: false, isOffOnCloudApi: null, readAt: null });
    await scene.accounts.sync(scene.here);
    const first = await marketing(scene);
    expect(first).toEqual({ status: 'ELIGIBLE', isOnboarded: false, isOffOnCloudApi: false, readAt: expect.any(Date) });
    scene.meta.account.marketingStatus = 'ONBOARDED';
    await scene.accounts.sync(scene.here);
    expect(await marketing(scene)).toMatchObject({ status: 'ONBOARDED', isOnboarded: true });
  });

  it.each(['PENDING_INTERNAL_SETUP', 'PENDING_VALID_PAYMENT_METHOD', 'INELIGIBLE_COUNTRY_NOT_SUPPORTED', 'NEW_WORD'])(
    'is asked for on demand: %s',
    async (status) => {
      scene.meta.account.marketingStatus = status;
      const read = await scene.accounts.readMarketing(scene.meta.account.id, scene.here);
      expect(read).toMatchObject({ status, isOnboarded: false });
      expect(await marketing(scene)).toEqual(read);
    },
  );

  it('is read by its older name where the version of the Graph API has no other', async () => {
    older.meta.account.marketingStatus = 'ONBOARDED';
    await older.accounts.sync(older.here);
    expect(await marketing(older)).toMatchObject({ status: 'ONBOARDED', isOnboarded: true, isOffOnCloudApi: false });
    const [account] = await older.accounts.list(older.here);
    expect(account).toMatchObject({ name: 'Sample Business', ownerBusinessId: older.meta.account.ownerBusinessId });
  });

  it('stays as it was known where the token may not see it, and keeps the rest of the account from nothing', async () => {
    const fault = { kind: 'error', code: 200, status: 403 } as const;
    scene.meta.account.name = 'New name';
    scene.meta.account.marketingStatus = 'ONBOARDED';
    await scene.accounts.readMarketing(scene.meta.account.id, scene.here);
    scene.meta.account.marketingStatus = 'ELIGIBLE';
    scene.meta.faults.next(fault, {
      path: `/${scene.meta.account.id}`,
      times: Infinity,
      where: ({ query }) => query['fields']?.includes('marketing') ?? false,
    });
    await scene.accounts.sync(scene.here);
    const [account] = await scene.accounts.list(scene.here);
    expect(account).toMatchObject({ name: 'New name', marketing: { status: 'ONBOARDED' } });
  });

  it.each(['MM_LITE_TERMS_SIGNED', 'AD_ACCOUNT_LINKED'])('is asked for again when Meta reports %s', async (event) => {
    const { account } = scene.meta;
    account.marketingStatus = 'ELIGIBLE';
    await scene.accounts.readMarketing(account.id, scene.here);
    account.marketingStatus = 'ONBOARDED';
    const value = { event, waba_info: { waba_id: account.id, owner_business_id: account.ownerBusinessId } };
    const item = { kind: 'field', businessAccountId: account.id, field: 'account_update', time: 1, value } as const;
    await scene.app.get(FieldUpdates).apply([item]);
    await vi.waitFor(async () => expect((await marketing(scene)).isOnboarded).toBe(true));
  });

  it('is asked for again, once for many, after a refusal that says it is another', async () => {
    const onboarding = scene.app.get(MarketingOnboarding);
    const { id } = scene.meta.account;
    const reads = () => scene.meta.requestsTo(`/${id}`, 'GET').length;
    for (const code of [131026, 134101]) onboarding.note(refusal(code), id);
    expect(reads()).toBe(0);
    for (const code of [134102, 131063, 134102]) onboarding.note(refusal(code), id);
    await onboarding.beforeApplicationShutdown();
    expect(reads()).toBe(1);
  });
});

describe('marketing on the Cloud API', () => {
  it('is switched off and on', async () => {
    const { account } = scene.meta;
    const flip = (isOff: boolean) => scene.accounts.switchMarketingOffOnCloudApi(account.id, isOff, scene.here);
    expect(await flip(true)).toMatchObject({ isOffOnCloudApi: true });
    expect(account.isMarketingOnCloudApiDisabled).toBe(true);
    expect(await flip(false)).toMatchObject({ isOffOnCloudApi: false });
    expect(account.isMarketingOnCloudApiDisabled).toBe(false);
  });

  it('is switched by true and false alone, and stays as it was where Meta refuses', async () => {
    const { id } = scene.meta.account;
    const word: boolean = JSON.parse('"off"');
    await expect(scene.accounts.switchMarketingOffOnCloudApi(id, word, scene.here)).rejects.toThrow(ValidationError);
    scene.meta.faults.next({ kind: 'error', code: 200 }, { method: 'POST', path: `/${id}` });
    await expect(scene.accounts.switchMarketingOffOnCloudApi(id, true, scene.here)).rejects.toThrow(MetaApiError);
    expect(await marketing(scene)).toMatchObject({ isOffOnCloudApi: false });
  });
});
