import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WhatsAppQueueOptions, WhatsAppEvent } from 'nestjs-whatsapp';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { decodeEvent, encodeEvent } from '../../lib/webhooks/events/queued-events.js';
import { WhatsAppEvents } from '../../lib/webhooks/events/whatsapp-events.js';
import { bullOn, type OpenQueue } from '../bulk/each-queue.js';
import { describeWithRedis } from '../support/redis.js';
import { TestApp } from '../support/test-app.js';
import { Diary, fieldEvent, listening, Listener, templateEvent } from './events-scene.js';

describeWithRedis('events by the queue', (redis) => {
  let queue: OpenQueue;
  const apps: TestApp[] = [];
  beforeEach(async () => {
    queue = await bullOn(redis);
  });
  afterEach(async () => {
    for (const app of apps.splice(0)) await app[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
  });

  async function start({ workers = true, database }: { workers?: boolean; database?: string } = {}) {
    const options: { queue: WhatsAppQueueOptions } = { queue: queue.queue };
    const app = await TestApp.start({
      imports: [...(queue.imports ?? []), listening([Listener])],
      options: { ...options, workers, events: { delivery: 'queue' }, surfaces: {} },
      ...(database !== undefined && { database: { type: 'better-sqlite3', database } }),
    });
    apps.push(app);
    return { app, diary: app.get(Diary), events: app.get(WhatsAppEvents) };
  }

  it('reach the handlers as they were, dates and all', async () => {
    const { diary, events } = await start();
    const dated: WhatsAppEvent = { ...fieldEvent('1', 'calls'), value: { at: new Date(1_790_000_000_123), text: 'é' } };
    await events.deliver([dated]);
    await diary.until(1);
    expect(diary.heard).toEqual([{ by: 'any', event: dated }]);
    expect(decodeEvent(encodeEvent(dated))).toEqual(dated);
  });

  it('come again to the handler that threw, and to no other', async () => {
    const { diary, events } = await start();
    let failures = 0;
    diary.conduct.set('template', async () => {
      failures += 1;
      if (failures === 1) throw new Error('Not now');
    });
    await events.deliver([templateEvent('1')]);
    await diary.until(3);
    expect(diary.entries).toEqual(['template 1', 'several 1', 'template 1']);
  });

  it('wait for a process with workers', async () => {
    const database = path.join(await mkdtemp(path.join(tmpdir(), 'events-')), 'events.sqlite');
    const server = await start({ workers: false, database });
    await server.events.deliver([templateEvent('1'), templateEvent('2')]);
    const worker = await start({ database });
    await worker.diary.until(4);
    expect(worker.diary.entries.toSorted()).toEqual(['several 1', 'several 2', 'template 1', 'template 2']);
    expect(server.diary.entries).toEqual([]);
  });

  it('are one job, whichever process delivers them, while it waits', async () => {
    const database = path.join(await mkdtemp(path.join(tmpdir(), 'events-')), 'events.sqlite');
    const servers = [await start({ workers: false, database }), await start({ workers: false, database })];
    for (const { events } of servers) await events.deliver([fieldEvent('1', 'calls')]);
    const worker = await start({ database });
    await worker.events.deliver([fieldEvent('2', 'calls')]);
    await vi.waitUntil(() => worker.diary.entries.includes('any 2'), { interval: 5, timeout: 30_000 });
    expect(worker.diary.entries.toSorted()).toEqual(['any 1', 'any 2']);
  });
});
