import { MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { SequenceEntity } from '../../lib/store/sequence.entity.js';
import { migratedDatabase } from '../store/open-database.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { welcome } from './template-inputs.js';

// Each starts an app or makes a database, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

describeOn('sqlite', 'biz_opaque_callback_data', (database) => {
  let meta: GraphApiServer;
  let here: FreshDatabase;

  beforeAll(async () => {
    meta = await GraphApiServer.start({ sample: true });
  });
  afterAll(() => meta.close());
  beforeEach(async () => {
    meta.clear();
    here = await database.create();
  });
  afterEach(() => here.drop());

  const start = ({ options }: FreshDatabase) => TestApp.start({ meta, database: options });

  /** Sends a message, and reports its row and what Meta was given to hand back. */
  async function send(app: TestApp) {
    const { id } = await app.get(MessagesService).sendTemplate(welcome());
    const given = String(meta.messages.at(-1)?.body['biz_opaque_callback_data']);
    const [installation = '', row, attempt] = given.split('.');
    return { id, given, installation, row: Number(row), attempt };
  }

  it('names installation, row and attempt; the installation is the same for every process on one database', async () => {
    await using first = await start(here);
    await using second = await start(here);
    const there = await database.create();
    await using elsewhere = await start(there);
    const [one, other, stranger] = [await send(first), await send(second), await send(elsewhere)];
    for (const { id, given, installation, row, attempt } of [one, other, stranger]) {
      expect({ row, attempt }).toEqual({ row: id, attempt: '1' });
      expect(installation).toMatch(/^[\w-]{8,16}$/);
      expect(given.length).toBeLessThanOrEqual(512); // Meta's limit
    }
    expect(other.installation).toBe(one.installation);
    expect(other.id).not.toBe(one.id);
    expect(stranger.installation).not.toBe(one.installation);
    await elsewhere[Symbol.asyncDispose]();
    await there.drop();
  });

  it('names the same installation when two processes start on a new database at once, and after a restart', async () => {
    await (await migratedDatabase(here)).destroy();
    const installations: string[] = [];
    for (const apps of [await Promise.all([start(here), start(here)]), [await start(here)]]) {
      for (const app of apps) installations.push((await send(app)).installation);
      for (const app of apps) await app[Symbol.asyncDispose]();
    }
    expect(new Set(installations).size).toBe(1);
  });

  it('holds row ids past 32 bits', async () => {
    await using app = await start(here);
    await app
      .get(DataSource)
      .getRepository(SequenceEntity)
      .insert({ name: 'messages', nextId: 2 ** 40 });
    const { id, row } = await send(app);
    expect([id, row]).toEqual([2 ** 40, 2 ** 40]);
    expect(await app.get(MessagesService).get(String(id))).toMatchObject({ id });
  });
});
