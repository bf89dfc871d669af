import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { NotFoundError } from '../../lib/errors.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { WorkspaceApp, type WorkspaceAppOptions } from './workspace-app.js';
import { messagingLimitOf } from '../../lib/messages/portfolio.js';

const GREETING = { name: 'greeting', language: 'es', components: [{ type: 'BODY', text: 'Hola' }] };
const TO = { template: 'greeting', language: 'es', to: '+5491112345678' };

const idsOf = async ({ accounts, here }: WorkspaceApp) =>
  (await accounts.phoneNumbers(here)).map(({ phoneNumberId }) => phoneNumberId);

describeEachDatabase('AccountsService.sync()', (kind) => {
  let database: FreshDatabase;

  beforeAll(async () => {
    database = await kind.create();
  });
  afterAll(() => database.drop());

  const start = (given: WorkspaceAppOptions = {}) => WorkspaceApp.start({ database, ...given });
  it('stores what Meta says of the account and its numbers', async () => {
    await using scene = await start({
      meta: {
        accounts: [
          {
            name: 'Tienda',
            ownerBusinessId: '506914307656634',
            ownerBusinessName: 'Mi Empresa SRL',
            phoneNumbers: [
              {
                displayPhoneNumber: '+54 9 223 675-0780',
                verifiedName: 'Mi Empresa 🎉',
                qualityRating: 'YELLOW',
                throughputLevel: 'HIGH',
                messagingLimit: 'TIER_2K',
              },
              { status: 'PENDING', isOnBizApp: true, nameStatus: 'DECLINED', codeVerificationStatus: 'EXPIRED' },
            ],
          },
        ],
      },
    });
    const before = new Date();
    await scene.accounts.sync(scene.here);

    const [account] = await scene.accounts.list(scene.here);
    expect(account).toMatchObject({
      businessAccountId: scene.meta.account.id,
      name: 'Tienda',
      ownerBusinessId: '506914307656634',
      ownerBusinessName: 'Mi Empresa SRL',
    });
    expect(account?.syncedAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    const [first, second] = await scene.accounts.phoneNumbers(scene.here);
    expect(first).toMatchObject({
      phoneNumberId: scene.meta.phoneNumber.id,
      displayPhoneNumber: '+54 9 223 675-0780',
      verifiedName: 'Mi Empresa 🎉',
      qualityRating: 'YELLOW',
      throughputLevel: 'HIGH',
      messagingLimit: 'TIER_2K',
      status: 'CONNECTED',
      codeVerificationStatus: 'VERIFIED',
      nameStatus: 'APPROVED',
      isOnBizApp: false,
    });
    expect(second).toMatchObject({
      status: 'PENDING',
      isOnBizApp: true,
      nameStatus: 'DECLINED',
      codeVerificationStatus: 'EXPIRED',
    });
  });

  it('reads the limit from the field of before May 2026, too', async () => {
    await using scene = await start({
      meta: { accounts: [{ phoneNumbers: [{ messagingLimit: 'TIER_1K', legacyLimitField: true }] }] },
    });
    await scene.accounts.sync(scene.here);
    expect(await scene.accounts.phoneNumbers(scene.here)).toMatchObject([{ messagingLimit: 'TIER_1K' }]);
  });

  it('notices what has changed at Meta', async () => {
    await using scene = await start();
    await scene.accounts.sync(scene.here);
    const [before] = await scene.accounts.phoneNumbers(scene.here);
    const { account, phoneNumber } = scene.meta;
    account.name = 'Another name';
    phoneNumber.qualityRating = 'RED';
    phoneNumber.messagingLimit = 'TIER_100K';
    phoneNumber.throughputLevel = 'HIGH';
    await scene.accounts.sync(scene.here);
    expect(await scene.accounts.list(scene.here)).toMatchObject([{ name: 'Another name' }]);
    expect(await scene.accounts.phoneNumbers(scene.here)).toMatchObject([
      {
        id: before?.id,
        createdAt: before?.createdAt,
        qualityRating: 'RED',
        messagingLimit: 'TIER_100K',
        throughputLevel: 'HIGH',
      },
    ]);
  });

  it('takes values that Meta has thought of since', async () => {
    await using scene = await start({
      meta: {
        accounts: [
          {
            phoneNumbers: [
              {
                status: 'SOMETHING_NEW_AND_RATHER_LONG_FOR_A_STATUS',
                qualityRating: 'PURPLE_WITH_YELLOW_DOTS_AND_A_STRIPE',
                throughputLevel: 'LUDICROUS_SPEED_AS_OF_THE_YEAR_2030',
                messagingLimit: 'TIER_OF_WHICH_NOBODY_EVER_HEARD_BEFORE',
              },
            ],
          },
        ],
      },
    });
    await scene.accounts.sync(scene.here);
    const [phoneNumber] = await scene.accounts.phoneNumbers(scene.here);
    expect(phoneNumber).toMatchObject({
      status: expect.stringMatching(/^SOMETHING_NEW/),
      qualityRating: expect.stringMatching(/^PURPLE/),
      throughputLevel: expect.stringMatching(/^LUDICROUS/),
      messagingLimit: expect.stringMatching(/^TIER_OF_WHICH/),
    });
    expect(messagingLimitOf(phoneNumber?.messagingLimit ?? null)).toBeNull();
  });

  it('follows all pages of phone numbers', async () => {
    const phoneNumbers = Array.from({ length: 205 }, () => ({}));
    await using scene = await start({ meta: { accounts: [{ phoneNumbers }] } });
    await scene.accounts.sync(scene.here);
    expect(await idsOf(scene)).toEqual(scene.meta.account.phoneNumbers.map(({ id }) => id));
    expect(scene.listings('phone_numbers')).toBe(3);
  });

  it('no longer uses a number that Meta does not list, until Meta lists it again', async () => {
    await using scene = await start({
      meta: { accounts: [{ phoneNumbers: [{}, {}], templates: [GREETING] }] },
    });
    await scene.accounts.sync(scene.here);
    const [stays, goes] = scene.meta.account.phoneNumbers.splice(0, 2);
    if (!stays || !goes) throw new Error('The account should have had two numbers.');
    const send = () => scene.messages.sendTemplate({ ...scene.here, ...TO, phoneNumberId: goes.id });
    expect(await send()).toMatchObject({ phoneNumberId: goes.id });

    scene.meta.account.phoneNumbers.push(stays);
    await scene.accounts.sync(scene.here);
    expect(await idsOf(scene)).toEqual([stays.id]);
    await expect(scene.accounts.phoneNumber(goes.id, scene.here)).rejects.toThrow(NotFoundError);
    await expect(send()).rejects.toMatchObject({ code: 'PHONE_NUMBER_NOT_FOUND' });
    expect(scene.meta.messageCount).toBe(1);

    scene.meta.account.phoneNumbers.push(goes);
    await scene.accounts.sync(scene.here);
    expect(await idsOf(scene)).toEqual([stays.id, goes.id]);
    expect(await send()).toMatchObject({ phoneNumberId: goes.id });
  });

  it('uses no other numbers than phoneNumberIds of the options', async () => {
    await using scene = await start({
      meta: { accounts: [{ phoneNumbers: [{}, {}, {}] }] },
      configure: ({ phoneNumbers }) => ({ phoneNumberIds: phoneNumbers.slice(1).map(({ id }) => id) }),
    });
    await scene.accounts.sync(scene.here);
    const [first, ...rest] = scene.meta.account.phoneNumbers.map(({ id }) => id);
    expect(await idsOf(scene)).toEqual(rest);
    await expect(scene.accounts.phoneNumber(first, scene.here)).rejects.toThrow(NotFoundError);
  });

  it('lets go of a number that was taken out of phoneNumberIds', async () => {
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}, {}] }] } });
    await scene.accounts.sync(scene.here);
    const [first, second] = scene.meta.account.phoneNumbers.map(({ id }) => id);
    await scene.restart({ configure: () => ({ phoneNumberIds: [String(second)] }) });
    await scene.accounts.sync(scene.here);
    expect(await idsOf(scene)).toEqual([second]);
    expect(await scene.accounts.phoneNumber(undefined, scene.here)).toMatchObject({ phoneNumberId: second });
    await expect(scene.accounts.phoneNumber(first, scene.here)).rejects.toThrow(NotFoundError);
  });

  it('moves a number with all that it has to the account that lists it now', async () => {
    await using scene = await start({ meta: { accounts: [{ phoneNumbers: [{}] }, { phoneNumbers: [] }] } });
    await scene.accounts.sync(scene.here);
    const [before] = await scene.accounts.phoneNumbers(scene.here);
    const [from, to] = scene.meta.accounts;
    to?.phoneNumbers.push(...(from?.phoneNumbers.splice(0) ?? []));
    await scene.accounts.sync(scene.here);
    const [after] = await scene.accounts.phoneNumbers(scene.here);
    expect(after?.id).toBe(before?.id);
    expect(await scene.accounts.phoneNumber(after?.phoneNumberId, scene.here)).toMatchObject({
      businessAccountId: to?.id,
    });
  });

  it('keeps what is known when Meta refuses', async () => {
    await using scene = await start();
    await scene.accounts.sync(scene.here);
    const known = await scene.accounts.phoneNumbers(scene.here);
    scene.meta.faults.next({ kind: 'error', code: 80008 }, { path: '/phone_numbers' });
    await expect(scene.accounts.sync(scene.here)).rejects.toMatchObject({ metaCode: 80008 });
    scene.meta.account.accessToken = 'EAAanother';
    await expect(scene.accounts.sync(scene.here)).rejects.toThrow(MetaApiError);
    expect(await scene.accounts.phoneNumbers(scene.here)).toEqual(known);
  });
});
