import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConversationEntity, MessageEntity } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { expect, it, vi } from 'vitest';
import { migratedDatabase } from '../store/open-database.js';
import { newMessage } from '../store/new-message.js';
import { ChildProcess } from '../support/child-process.js';
import { describeOn } from '../support/databases.js';
import { describeWithRedis } from '../support/redis.js';
import { optionsFor } from '../support/test-app.js';
import { bodyOf, sign } from './receiving-scene.js';

vi.setConfig({ testTimeout: 180_000 });

const WEBHOOKS = 40;
const EACH = 4;
const KILLS = 4;
const SENT_AT = new Date('2026-11-20T10:00:00Z');

const inboundWamid = (webhook: number, index: number) => `wamid.in.${webhook}.${index}`;
const outboundWamid = (webhook: number) => `wamid.out.${webhook}`;

function bodyWith(meta: GraphApiServer, webhook: number): string {
  const messages = Array.from({ length: EACH }, (_, index) => ({
    from: `54911222${33_000 + index}`,
    id: inboundWamid(webhook, index),
    timestamp: String(1_790_000_000 + webhook),
    type: 'text',
    text: { body: 'Hello' },
  }));
  const statuses = ['delivered', 'read'].map((status) => ({
    id: outboundWamid(webhook),
    status,
    timestamp: '1790000100',
    recipient_id: '5491112345678',
  }));
  const metadata = { phone_number_id: meta.phoneNumber.id };
  return bodyOf({ id: meta.account.id, changes: [{ field: 'messages', value: { metadata, messages, statuses } }] });
}

describeWithRedis('webhooks of a process that is killed again and again', (redis) => {
  describeOn('mariadb', '', (databases) => {
    it('are all applied once, and the host hears of each, when Meta sends again what was not answered', async () => {
      const [database, queue, meta] = await Promise.all([
        databases.create(),
        redis.create(),
        GraphApiServer.start({ sample: true }),
      ]);
      const folder = await mkdtemp(path.join(tmpdir(), 'whatsapp-events-'));
      const eventsFile = path.join(folder, 'events');
      const dataSource = await migratedDatabase(database);
      const start = () => {
        const { accounts = [] } = optionsFor(meta);
        return ChildProcess.start(database, meta, {
          redisUrl: queue.url,
          eventsFile,
          options: {
            accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
            queue: { driver: 'bull', prefix: queue.prefix },
            events: { delivery: 'queue' },
          },
        });
      };
      let process = await start();
      const rows = dataSource.getRepository(MessageEntity);
      await rows.insert(
        Array.from({ length: WEBHOOKS }, (_, webhook) =>
          newMessage({
            id: 1_000_000 + webhook,
            phoneNumberId: meta.phoneNumber.id,
            wamid: outboundWamid(webhook),
            retries: 0,
            sentAt: SENT_AT,
          }),
        ),
      );

      let taken = 0;
      let restarted: Promise<void> = Promise.resolve();
      const tell = async (webhook: number): Promise<void> => {
        const body = bodyWith(meta, webhook);
        for (;;) {
          await restarted;
          if (await process.receiveWebhook(body, sign(body, meta.appSecret))) break;
        }
        taken += 1;
      };
      const restart = async (): Promise<void> => {
        await process.kill();
        process = await start();
      };
      const reported = Array.from({ length: WEBHOOKS }, (_, webhook) => webhook);
      for (let kill = 0; kill < KILLS; kill += 1) {
        const wave = reported.splice(0, WEBHOOKS / KILLS).map(tell);
        const before = taken;
        // Now one, now several of the wave were answered when it is killed.
        await vi.waitUntil(() => taken > before + kill, { interval: 1, timeout: 60_000 });
        restarted = restart();
        await Promise.all(wave);
      }

      expect(await rows.countBy({ direction: 'inbound' })).toBe(WEBHOOKS * EACH);
      expect(await rows.countBy({ direction: 'outbound', status: 'read' })).toBe(WEBHOOKS);
      const conversations = await dataSource.getRepository(ConversationEntity).find();
      expect(conversations.map(({ unreadCount }) => unreadCount)).toEqual(Array.from({ length: EACH }, () => WEBHOOKS));

      const expected = Array.from({ length: WEBHOOKS }, (_, webhook) => [
        ...Array.from(
          { length: EACH },
          (__, index) => `message:${meta.phoneNumber.id}:${inboundWamid(webhook, index)}`,
        ),
        `status.${outboundWamid(webhook)}.delivered`,
        `status.${outboundWamid(webhook)}.read`,
      ]).flat();
      await vi.waitFor(
        async () => {
          const heard = new Set((await readFile(eventsFile, 'utf8')).trim().split('\n'));
          expect(expected.filter((id) => !heard.has(id))).toEqual([]);
        },
        { timeout: 90_000, interval: 100 },
      );
      await process[Symbol.asyncDispose]();
      await dataSource.destroy();
      await Promise.all([meta.close(), database.drop(), queue.drop(), rm(folder, { recursive: true })]);
    });
  });
});
