import { BulkService, WhatsAppStream } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { LIVE_FEED, type LiveFeed } from '../../lib/live-feed.js';
import { StreamListenerEntity } from '../../lib/stream/stream-entry.entity.js';
import { STREAM_LOG, type StreamLog } from '../../lib/stream/stream-log.js';
import { inProcess } from '../bulk/each-queue.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { StreamScene } from './stream-scene.js';

describeOn('sqlite', 'The stream', (database) => {
  let fresh: FreshDatabase;
  let scene: StreamScene;

  beforeAll(async () => {
    fresh = await database.create();
    scene = await StreamScene.start(fresh, await inProcess(), 1);
  });
  afterAll(async () => {
    await scene[Symbol.asyncDispose]();
    await fresh.drop();
  });
  afterEach(() => void vi.restoreAllMocks());

  const log = () => scene.app(0).app.get<StreamLog>(STREAM_LOG, { strict: false });
  const note = (count: number) => {
    const feed = scene.app(0).app.get<LiveFeed>(LIVE_FEED, { strict: false });
    for (let index = 0; index < count; index += 1) {
      feed.note([{ kind: 'webhook', businessAccountId: scene.meta.account.id }]);
    }
  };

  it('is written only while someone listens, and asks at most once a second who does', async () => {
    const looks = vi.spyOn(log(), 'listenedTo');
    const began = performance.now();
    for (let index = 0; index < 20; index += 1) await scene.send(`+54911555501${10 + index}`);
    await vi.waitUntil(() => looks.mock.calls.length > 0);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(1 + (performance.now() - began) / 1_000);
    expect(await scene.entries()).toBe(0);
  });

  it('says how far a bulk send is, once a second, and when it begins and ends', async () => {
    await using listener = await scene.listen(0, { kinds: ['bulk_send'] }).ready();
    const { name: template, language } = sampleTemplates.named;
    const recipients = Array.from({ length: 60 }, (_, index) => ({
      phone: `+54911${30_000_000 + index}`,
      variables: { name: 'Ana', company: 'Acme' },
    }));
    const { id } = await scene.app(0).get(BulkService).create({ template, language, recipients });
    await listener.until('bulk_send', ({ change }) => change === 'ends');
    const own = listener.events.filter((event) => event.kind === 'bulk_send');
    expect(own.map(({ change }) => change)).toEqual(expect.arrayContaining(['begins', 'progress', 'ends']));
    expect(own.every(({ bulkSendId }) => bulkSendId === id)).toBe(true);
    const times = own.filter(({ change }) => change === 'progress').map(({ time }) => time.getTime());
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(gaps.filter((gap) => gap < 900)).toEqual([]);
  });

  it('names each message once, however often it changed meanwhile', async () => {
    await using listener = await scene.listen(0, { kinds: ['message'] }).ready();
    const ids = await scene
      .app(0)
      .get(DataSource)
      .query<{ id: number }[]>("SELECT id FROM whatsapp_messages WHERE direction = 'outbound' LIMIT 80");
    const feed = scene.app(0).app.get<LiveFeed>(LIVE_FEED, { strict: false });
    expect(ids.length).toBe(80);
    feed.note([...ids, ...ids].map(({ id }) => ({ kind: 'message', id })));
    const { messages, omitted } = await listener.until('message', (event) => event.messages.length >= 80);
    expect([messages.length, omitted]).toEqual([80, 0]);
  });

  it('has whoever is slow start over, instead of keeping all for them', async () => {
    await using other = await scene.listen(0, { kinds: ['webhook'] }).ready();
    const slow = scene.app(0).get(WhatsAppStream).subscribe();
    expect((await slow.next()).value).toMatchObject({ kind: 'reset' });
    const event = { kind: 'webhook', businessAccountId: scene.meta.account.id } as const;
    const entries = Array.from({ length: 600 }, () => ({ workspaceId: 1, event }));
    await log().append(entries);
    await log().append(entries);
    const end = await log().end();
    await vi.waitUntil(() => other.events.at(-1)?.id === end, { timeout: 20_000 });
    const kinds: string[] = [];
    for (let index = 0; index < 200; index += 1) {
      const { value } = await slow.next();
      if (value) kinds.push(value.kind);
    }
    await slow.return();
    expect(kinds[0]).toBe('reset');
    expect(kinds.slice(1)).not.toContain('reset');
  });

  it('has listeners start over when something could not be written, and is in the way of nothing meanwhile', async () => {
    await using listener = await scene.listen(0).ready();
    vi.spyOn(log(), 'append').mockRejectedValueOnce(new Error('The database is away.'));
    const before = listener.events.length;
    note(1);
    await expect
      .poll(() => listener.events.slice(before).map(({ kind }) => kind), { timeout: 20_000 })
      .toContain('reset');
  });

  it('has listeners start over once their mark was lost, for others wrote nothing then', async () => {
    await using listener = await scene.listen(0).ready();
    const last = listener.events.at(-1)?.id ?? '';
    await scene.app(0).get(DataSource).getRepository(StreamListenerEntity).clear();
    await using again = scene.listen(0, { after: last });
    await again.until('reset');
    const resets = () => listener.events.filter(({ kind }) => kind === 'reset').length;
    await expect.poll(resets, { timeout: 20_000 }).toBeGreaterThan(1);
  });
});
