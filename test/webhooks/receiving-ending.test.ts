import { BullModule } from '@nestjs/bull';
import { MessageEntity } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { WhatsAppEvents } from '../../lib/webhooks/events/whatsapp-events.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { Diary, listening, Listener, templateEvent } from './events-scene.js';
import { bodyOf, sign } from './receiving-scene.js';

it('A webhook whose events cannot be queued is refused within seconds, so that Meta sends it again', async () => {
  const meta = await GraphApiServer.start({ sample: true });
  const { accounts = [], ...options } = optionsFor(meta);
  const app = await TestApp.start({
    meta,
    imports: [BullModule.forRoot({ url: 'redis://127.0.0.1:1' }), listening([Listener])],
    options: {
      ...options,
      accounts: accounts.map((account) => ({ ...account, appSecret: meta.appSecret })),
      queue: 'bull',
      workers: false,
      events: { delivery: 'queue' },
      surfaces: { webhook: true },
    },
  });
  const message = { from: '5491122223333', id: 'wamid.1', timestamp: '1790000000', type: 'text', text: { body: 'Hi' } };
  const value = { metadata: { phone_number_id: meta.phoneNumber.id }, messages: [message] };
  const body = bodyOf({ id: meta.account.id, changes: [{ field: 'messages', value }] });
  const headers = { 'x-hub-signature-256': sign(body, meta.appSecret) };
  const { status } = await fetch(`${app.url}/whatsapp/webhook`, { method: 'POST', headers, body });
  expect(status).toBe(500);
  expect(await app.get(DataSource).getRepository(MessageEntity).countBy({ wamid: 'wamid.1' })).toBe(1);
  await app[Symbol.asyncDispose]();
  await meta.close();
}, 30_000);

it('A webhook that comes while the server is closed has its handlers waited for', async () => {
  const app = await TestApp.start({ imports: [listening([Listener])] });
  const [diary, events] = [app.get(Diary), app.get(WhatsAppEvents)];
  let [isDone, isClosed] = [false, false];
  let finish: (() => void) | undefined;
  diary.conduct.set('template', async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    isDone = true;
  });
  const server: NodeJS.EventEmitter = app.app.getHttpServer();
  server.on('close', () => void events.deliver([templateEvent('1')]));
  const closing = app[Symbol.asyncDispose]().then(() => (isClosed = true));
  await expect.poll(() => finish).toBeDefined();
  expect(isClosed).toBe(false);
  finish?.();
  await closing;
  expect(isDone).toBe(true);
});
