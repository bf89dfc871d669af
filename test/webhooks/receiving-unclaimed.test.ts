import { randomBytes } from 'node:crypto';
import { AccountsService, WebhooksService, type WhatsAppModuleOptions } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { UnclaimedItemEntity } from '../../lib/webhooks/unclaimed-item.entity.js';
import { repositoryToken } from '../../lib/store/repositories.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { bodyOf, entryOf, NORTH, ReceivingScene, sign, SOUTH } from './receiving-scene.js';

const STRANGER = { id: '900', phoneNumberId: '901' } as const;

const account = ({ id, phoneNumberId }: { id: string; phoneNumberId: string }, appSecret: string) => ({
  businessAccountId: id,
  phoneNumberIds: [phoneNumberId],
  accessToken: 'EAA',
  appSecret,
});

const update = (id: string, waba: string) => ({
  id,
  time: 1_790_000_000,
  changes: [{ field: 'account_update', value: { event: 'PARTNER_REMOVED', waba_info: { waba_id: waba } } }],
});

describeEachDatabase('a webhook of an account that is not configured', (database) => {
  let meta: GraphApiServer;
  let fresh: FreshDatabase;
  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
    fresh = await database.create();
  });
  afterAll(async () => {
    await meta.close();
    await fresh.drop();
  });

  const start = (options: WhatsAppModuleOptions = {}, logger?: { warn: (text: string) => void }) =>
    ReceivingScene.start({
      database: fresh.options,
      logger: logger && { log: () => {}, error: () => {}, ...logger },
      options: {
        graph: { baseUrl: meta.url },
        encryptionKeys: [randomBytes(32).toString('base64')],
        surfaces: { webhook: true },
        ...options,
      },
    });

  it('is answered with 200 and not applied, with one warning that names the account', async () => {
    const warn = vi.fn<(text: string) => void>();
    await using scene = await start({}, { warn });
    const body = bodyOf(entryOf(STRANGER, 'wamid.1'));
    for (let times = 0; times < 3; times += 1) expect(await scene.post(body, sign(body, NORTH.secret))).toBe(200);
    expect(scene.applied.items).toEqual([]);
    const reported = warn.mock.calls.map(([text]) => text).filter((text) => text.includes('webhook'));
    expect(reported).toEqual([expect.stringContaining(`business account ${STRANGER.id}`)]);
    expect(await scene.get(WebhooksService).unclaimedItems({ workspace: 'default' })).toEqual([
      { businessAccountId: STRANGER.id, count: 3, lastAt: expect.any(Date) },
    ]);
    expect(await scene.post(body, sign(body, 'a secret that is not known'))).toBe(401);
  });

  it('is applied when the account is added with the secret that signed it, and not with another', async () => {
    await using scene = await start();
    const stranger = { id: meta.account.id, phoneNumberId: meta.phoneNumber.id };
    const ofNorth = bodyOf(entryOf(stranger, 'wamid.north'));
    const ofSouth = bodyOf(entryOf(stranger, 'wamid.south'));
    expect(await scene.post(ofNorth, sign(ofNorth, NORTH.secret))).toBe(200);
    expect(await scene.post(ofSouth, sign(ofSouth, SOUTH.secret))).toBe(200);
    expect(scene.applied.wamids).toEqual([]);
    const add = (appSecret: string) =>
      scene.get(AccountsService).add({ businessAccountId: stranger.id, accessToken: meta.accessToken, appSecret });
    await add('a-third-secret');
    expect(scene.applied.wamids).toEqual([]);
    await add(SOUTH.secret);
    expect(scene.applied.wamids).toEqual(['wamid.south']);
    await add(NORTH.secret);
    expect(scene.applied.wamids).toEqual(['wamid.south', 'wamid.north']);
  });

  it('is applied at the next start with the account among the options', async () => {
    const late = { id: '910', phoneNumberId: '911' };
    {
      await using scene = await start();
      const body = bodyOf(entryOf(late, 'wamid.late'));
      expect(await scene.post(body, sign(body, SOUTH.secret))).toBe(200);
    }
    await using scene = await start({ accounts: [account(late, SOUTH.secret)] });
    await vi.waitFor(() => expect(scene.applied.wamids).toEqual(['wamid.late']), { timeout: 10_000 });
  });

  it('is kept in its newest items alone', async () => {
    await using scene = await start();
    const loud = { id: '920', phoneNumberId: '921' };
    const wamids = Array.from({ length: 1_500 }, (_, index) => `wamid.${index}`);
    const body = bodyOf(entryOf(loud, ...wamids));
    expect(await scene.post(body, sign(body, NORTH.secret))).toBe(200);
    const rows = scene.app.get(repositoryToken(UnclaimedItemEntity), { strict: false });
    expect(await rows.countBy({ businessAccountId: loud.id })).toBe(1_000);
    const [newest] = await rows.find({ where: { businessAccountId: loud.id }, order: { id: 'DESC' }, take: 1 });
    expect(newest.item).toContain('wamid.1499');
  });

  it('may be of a portfolio’s entry, where waba_info names the account', async () => {
    await using scene = await start();
    const own = bodyOf(update('a portfolio', NORTH.id));
    expect(await scene.post(own, sign(own, NORTH.secret))).toBe(200);
    expect(scene.applied.items).toMatchObject([{ businessAccountId: NORTH.id, field: 'account_update' }]);
    const foreign = bodyOf(update(NORTH.id, SOUTH.id));
    expect(await scene.post(foreign, sign(foreign, NORTH.secret))).toBe(200);
    expect(scene.applied.items).toHaveLength(1);
  });
});
