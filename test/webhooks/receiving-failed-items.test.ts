import { randomBytes } from 'node:crypto';
import { NotFoundError, WebhooksService, WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { WebhookItem } from '../../lib/webhooks/webhook-item.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { bodyOf, entryOf, NORTH, ReceivingScene, sign } from './receiving-scene.js';

const isNamed =
  (...wamids: readonly string[]) =>
  (item: WebhookItem) =>
    item.kind === 'status' && wamids.includes(String(item.status['id']));

const post = (scene: ReceivingScene, body: string) => scene.post(body, sign(body, NORTH.secret));

describeEachDatabase('a webhook item that cannot be applied', (database) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());

  const start = () => ReceivingScene.start({ database: fresh.options });

  it('is kept with its error, and holds up nothing', async () => {
    await using scene = await start();
    const webhooks = scene.get(WebhooksService);
    scene.applied.isPoison = isNamed('wamid.\0poison');
    expect(await post(scene, bodyOf(entryOf(NORTH, 'wamid.1', 'wamid.\0poison', 'wamid.2', 'wamid.3')))).toBe(200);
    expect(scene.applied.wamids).toEqual(['wamid.1', 'wamid.2', 'wamid.3']);
    const { items, total } = await webhooks.failedItems();
    expect(total).toBe(1);
    expect(items[0]).toMatchObject({
      businessAccountId: NORTH.id,
      field: 'messages',
      error: 'It is poison.',
      tries: 1,
      receivedAt: expect.any(Date),
    });

    // Not mended yet.
    const id = items[0]?.id ?? 0;
    expect(await webhooks.applyAgain(id)).toBe(false);
    expect((await webhooks.failedItems()).items[0]).toMatchObject({ id, tries: 2 });

    scene.applied.isPoison = () => false;
    expect(await webhooks.applyAgain(id)).toBe(true);
    expect(scene.applied.wamids).toContain('wamid.\0poison');
    expect((await webhooks.failedItems()).total).toBe(0);
    await expect(webhooks.applyAgain(id)).rejects.toThrow(NotFoundError);
  });

  it('is kept once, however often Meta reports it', async () => {
    await using scene = await start();
    const webhooks = scene.get(WebhooksService);
    scene.applied.isPoison = () => true;
    const body = bodyOf(entryOf(NORTH, 'wamid.A', 'wamid.a', 'wamid.A'));
    for (let times = 0; times < 3; times += 1) expect(await post(scene, body)).toBe(200);
    const { items, total } = await webhooks.failedItems();
    expect(total).toBe(2);
    expect(items.map(({ tries }) => tries)).toEqual([3, 3]);
    scene.applied.isPoison = () => false;
    expect(await webhooks.applyAllAgain()).toEqual({ applied: 2, failed: 0 });
  });

  it('is kept whatever its shape, its size and its error are', async () => {
    await using scene = await start();
    const webhooks = scene.get(WebhooksService);
    scene.applied.isPoison = () => true;
    scene.applied.error = () => new TypeError(`\0${'e'.repeat(100_000)}`);
    const long = `wamid.${'x'.repeat(100_000)}`;
    const tooLong = `wamid.${randomBytes(100_000).toString('hex')}`;
    const strange = { id: NORTH.id, changes: [{ field: `f\0${'f'.repeat(100)}`, value: { '\0': '\ud800' } }, '\0', 7] };
    expect(await post(scene, bodyOf(entryOf(NORTH, long, tooLong), strange, { 'no id': '\0' }))).toBe(200);
    expect(await post(scene, '\0 no JSON')).toBe(200);
    expect((await webhooks.failedItems()).total).toBe(7);

    scene.applied.isPoison = () => false;
    // What is readable and whole is applied; the rest stays.
    expect(await webhooks.applyAllAgain()).toEqual({ applied: 2, failed: 5 });
    expect(scene.applied.wamids).toContain(long);
    const { items } = await webhooks.failedItems({ page: 1, pageSize: 100 });
    expect(items.map(({ error }) => error).toSorted()).toEqual([
      'A change has no field, or no object as its value.',
      'A change has no field, or no object as its value.',
      'An entry has no id.',
      'It was too long to be kept whole, and cannot be applied again.',
      'The body is no JSON object with a list of entries.',
    ]);
    expect((await webhooks.failedItems({ page: 2, pageSize: 3 })).items).toHaveLength(2);
  });
});

describeEachDatabase('WebhooksService', (database) => {
  let fresh: FreshDatabase;
  beforeAll(async () => {
    fresh = await database.create();
  });
  afterAll(() => fresh.drop());

  const start = () => ReceivingScene.start({ database: fresh.options });

  it('shows failed items to the workspace of their account alone, which applies them again', async () => {
    await using scene = await start();
    const webhooks = scene.get(WebhooksService);
    scene.applied.isPoison = () => true;
    expect(await post(scene, bodyOf(entryOf(NORTH, 'wamid.own'), { 'no id': 1 }))).toBe(200);
    // While there is no other workspace, what is of no account is its own, too.
    const own = { workspace: 'default' };
    expect((await webhooks.failedItems(own)).total).toBe(2);
    await scene.get(WorkspacesService).ensure('elsewhere');
    const theirs = { workspace: 'elsewhere' };
    const { items, total } = await webhooks.failedItems(own);
    expect([total, items[0]?.kind]).toEqual([1, 'status']);
    const id = items[0]?.id ?? 0;
    expect(JSON.parse((await webhooks.failedItem(id, own)).content)).toMatchObject({ status: { id: 'wamid.own' } });
    expect(await webhooks.failedItems(theirs)).toEqual({ items: [], total: 0 });
    await expect(webhooks.failedItem(id, theirs)).rejects.toThrow(NotFoundError);
    await expect(webhooks.applyAgain(id, theirs)).rejects.toThrow(NotFoundError);
    scene.applied.isPoison = () => false;
    expect(await webhooks.applyAllAgain(theirs)).toEqual({ applied: 0, failed: 0 });
    expect(await webhooks.applyAllAgain(own)).toEqual({ applied: 1, failed: 0 });
    expect((await webhooks.failedItems()).total).toBe(1);
  });

  it('counts webhooks that no known app secret signed, with the time of the last, over all processes and restarts', async () => {
    const body = bodyOf(entryOf(NORTH, 'wamid.1'));
    const before = new Date();
    {
      await using scene = await start();
      const none = { lastDay: 0, lastWeek: 0, lastAt: null };
      expect(await scene.get(WebhooksService).refusedSignatures()).toEqual(none);
      for (let times = 0; times < 3; times += 1) expect(await scene.post(body, sign(body, 'unknown'))).toBe(401);
    }
    await using one = await start();
    await using other = await start();
    for (const scene of [one, other]) expect(await scene.post(body, sign(body, 'unknown'))).toBe(401);
    await Promise.all([one, other].map((scene) => scene.get(WebhooksService).refusedSignatures()));
    const { lastDay, lastWeek, lastAt } = await one.get(WebhooksService).refusedSignatures();
    expect([lastDay, lastWeek]).toEqual([5, 5]);
    expect(lastAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
  });
});
