import { once } from 'node:events';
import { type BeforeApplicationShutdown, Module } from '@nestjs/common';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DeadProcesses } from '../../lib/process/dead-processes.js';
import { ProcessEntity } from '../../lib/process/process.entity.js';
import { ThisProcess } from '../../lib/process/this-process.js';
import { migratedDatabase } from '../store/open-database.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';

describeEachDatabase('An app', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let observer: DataSource;

  beforeEach(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true });
    observer = await migratedDatabase(fresh);
  });
  afterEach(async () => {
    await observer.destroy();
    await meta.close();
    await fresh.drop();
  });

  const idsInDatabase = async () => (await observer.getRepository(ProcessEntity).find()).map(({ id }) => id);

  it('is among the processes while it runs, and not after it was closed', async () => {
    const app = await TestApp.start({ meta, database: fresh.options });
    const { id } = app.get(ThisProcess);
    expect(await idsInDatabase()).toEqual([id]);
    expect(await app.get(DeadProcesses).workers()).toBe(1);
    await app[Symbol.asyncDispose]();
    expect(await idsInDatabase()).toEqual([]);
  });

  it('lives until what it was doing has ended', async () => {
    const work = new EventTarget();

    @Module({})
    class Work implements BeforeApplicationShutdown {
      async beforeApplicationShutdown(): Promise<void> {
        const ended = once(work, 'end');
        work.dispatchEvent(new Event('waiting'));
        await ended;
      }
    }
    const app = await TestApp.start({ meta, database: fresh.options, imports: [Work] });
    const process = app.get(ThisProcess);
    const waiting = once(work, 'waiting');
    const closed = app[Symbol.asyncDispose]();
    await waiting;
    await process.beat();
    expect(process.isAlive()).toBe(true);
    expect(await observer.getRepository(ProcessEntity).find()).toMatchObject([{ id: process.id, beat: 1 }]);
    work.dispatchEvent(new Event('end'));
    await closed;
    expect(await idsInDatabase()).toEqual([]);
  });
});
