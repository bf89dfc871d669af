import { setImmediate } from 'node:timers/promises';
import { MessagesService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MessageRepository } from '../../lib/messages/message-repository.js';
import { describeEachDatabase, type FreshDatabase } from '../support/databases.js';
import { TestApp } from '../support/test-app.js';
import { welcome } from './template-inputs.js';

const SENDS = 200;
const AT_ONCE = 16;

describeEachDatabase('Sends at the same time', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    meta = await GraphApiServer.start({ sample: true, limits: { throughput: false } });
    app = await TestApp.start({ meta, database: fresh.options });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });

  it('all succeed, also while the sweep goes over the same rows', async () => {
    const recipients = Array.from({ length: SENDS }, (_, index) => `+54911${String(10_000_000 + index)}`);
    const queue = [...recipients];
    const sends = new AbortController();
    const sweep = async () => {
      while (!sends.signal.aborted) {
        await app.get(MessageRepository).settleExpired();
        await setImmediate(); // on SQLite nothing else would ever get a turn
      }
    };
    const send = async () => {
      for (let to = queue.pop(); to; to = queue.pop()) await app.get(MessagesService).sendTemplate(welcome({ to }));
    };
    const sweeps = [sweep(), sweep()];
    await Promise.all(Array.from({ length: AT_ONCE }, send)).finally(() => sends.abort());
    await Promise.all(sweeps);
    expect(recipients.filter((to) => meta.sendsTo(to) !== 1)).toEqual([]);
  });
});
