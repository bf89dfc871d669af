import { Injectable } from '@nestjs/common';
import { type BulkSendEvent, OnBulkSend, type BulkSend, type BulkSendStep } from 'nestjs-whatsapp';
import { GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { describeWithRedis } from '../support/redis.js';
import { Diary, listening } from '../webhooks/events-scene.js';
import { BulkScene, recipientsOf } from './bulk-scene.js';
import { bullOn, type OpenQueue } from './each-queue.js';

@Injectable()
class Campaigns {
  constructor(private readonly diary: Diary) {}

  @OnBulkSend()
  async note(event: BulkSendEvent): Promise<void> {
    await this.diary.write('bulk', event);
  }
}

const Host = listening([Campaigns]);

/** What was reported of a bulk send, in its order. */
const eventsOf = (scene: BulkScene, { id }: Pick<BulkSend, 'id'>): BulkSendEvent[] =>
  scene.app
    .get(Diary)
    .heard.flatMap(({ event }) => (event.type === 'bulk.send' && event.bulkSend.id === id ? [event] : []));

const stepsOf = (scene: BulkScene, bulkSend: Pick<BulkSend, 'id'>): BulkSendStep[] =>
  eventsOf(scene, bulkSend).map(({ step }) => step);

describe('@OnBulkSend()', () => {
  let meta: GraphApiServer;
  let scene: BulkScene;

  beforeAll(async () => {
    const phoneNumbers = [{ throughput: 1_000, messagingLimit: 'TIER_250' }];
    meta = await GraphApiServer.start({ accounts: [{ phoneNumbers, templates: Object.values(sampleTemplates) }] });
    const accounts = [{ businessAccountId: meta.account.id, accessToken: meta.accessToken }];
    scene = await BulkScene.start({ meta, options: { accounts }, imports: [Host] });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await meta.close();
  });

  it('is called when a bulk send begins and when it ends, once, with the bulk send as it is then', async () => {
    const bulkSend = await scene.create(recipientsOf(30));
    await scene.ended(bulkSend);
    await expect.poll(() => stepsOf(scene, bulkSend)).toEqual(['begins', 'ends']);
    const last = eventsOf(scene, bulkSend).at(-1);
    expect(last).toMatchObject({
      businessAccountId: meta.account.id,
      at: expect.any(Date),
      bulkSend: { status: 'COMPLETED', counts: { sent: 30 } },
    });
  });

  it('is called when a person pauses it and lets it go on, and when it is cancelled', async () => {
    const bulkSend = await scene.create(recipientsOf(2, 1_000), { scheduledAt: '2099-01-01T00:00:00Z' });
    await scene.bulk.pause(bulkSend.id);
    await scene.bulk.resume(bulkSend.id);
    await scene.bulk.cancel(bulkSend.id);
    await expect.poll(() => stepsOf(scene, bulkSend)).toEqual(['paused', 'goes_on', 'ends']);
  });

  it('is called once when it waits for the messaging limit, with the reason and the time', async () => {
    const bulkSend = await scene.create(recipientsOf(300, 2_000));
    await scene.until(bulkSend, ({ waiting }) => waiting !== null);
    await expect.poll(() => stepsOf(scene, bulkSend)).toEqual(['begins', 'waits']);
    const { waiting } = eventsOf(scene, bulkSend).at(-1)?.bulkSend ?? {};
    expect(waiting).toMatchObject({ reason: 'quota', until: expect.any(Date) });
  });

  it('fails without any effect on the sending', async () => {
    scene.app.get(Diary).conduct.set('bulk', () => Promise.reject(new Error('The host has a bug.')));
    const bulkSend = await scene.create(recipientsOf(3, 6_000), { scheduledAt: '2099-01-01T00:00:00Z' });
    await scene.bulk.cancel(bulkSend.id);
    await expect.poll(() => stepsOf(scene, bulkSend)).toEqual(['ends']);
    expect((await scene.bulk.get(bulkSend.id)).status).toBe('CANCELLED');
    scene.app.get(Diary).conduct.clear();
  });
});

describeWithRedis("@OnBulkSend() with `delivery: 'queue'`", (redis) => {
  let queue: OpenQueue;
  let scene: BulkScene;

  beforeAll(async () => {
    queue = await bullOn(redis);
    const options = { queue: queue.queue, events: { delivery: 'queue' } } as const;
    scene = await BulkScene.start({ options, imports: [...(queue.imports ?? []), Host] });
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
  });

  it('comes through the queue, with dates as dates', async () => {
    const bulkSend = await scene.create(recipientsOf(5));
    await scene.ended(bulkSend);
    await vi.waitUntil(() => stepsOf(scene, bulkSend).includes('ends'), { timeout: 20_000 });
    expect(eventsOf(scene, bulkSend).map(({ at, bulkSend: { createdAt } }) => [at, createdAt])).toEqual([
      [expect.any(Date), expect.any(Date)],
      [expect.any(Date), expect.any(Date)],
    ]);
  });
});
