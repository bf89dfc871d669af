import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ContactsService, ConversationsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${7*7}\u202Egnp.exe';

/** As much of it as fits into a header. */
const SHORT = HOSTILE.slice(0, 40);

/** A text that is on each page once it has its data. */
const PAGES: readonly (readonly [path: string, shown: string])[] = [
  ['overview', '.chart canvas'],
  ['messages', 'tbody tr'],
  ['messages/1', '.panel dd'],
  ['bulk-sends', 'tbody tr'],
  ['inbox', '.inbox a'],
  ['inbox/1', 'textarea, .bubble'],
  ['templates', 'tbody tr'],
  ['contacts', 'tbody tr'],
  ['contacts/1', '.panel form'],
  ['webhooks', 'h2'],
  ['settings', 'h2'],
];

/** What many hosts have before their apps: it takes the beginning of the path away. */
async function proxyTo(target: string, path: string): Promise<Server> {
  const server = createServer((asked, answer) => {
    if (!asked.url?.startsWith(`${path}/`)) return answer.writeHead(404).end();
    const { method, headers } = asked;
    const onwards = request(target + asked.url.slice(path.length), { method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    onwards.on('error', () => answer.destroy());
    answer.on('close', () => onwards.destroy());
    return asked.pipe(onwards);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return server;
}

describeInBrowser('Every page, on Fastify, below a prefix and behind a proxy that has a path,', () => {
  let app: ConsoleApp;
  let proxy: Server;
  let window: Window;
  let address: string;
  const page = () => window.page;

  beforeAll(async () => {
    app = await ConsoleApp.start({ adapter: 'Fastify', globalPrefix: 'backend' });
    const { origin, pathname } = new URL(app.url);
    proxy = await proxyTo(origin, '/shops/one');
    const { port }: Pick<AddressInfo, 'port'> = Object(proxy.address());
    address = `http://127.0.0.1:${port}/shops/one${pathname}`;
    await fill(app);
    window = await Window.open({ viewport: { width: 1440, height: 900 } });
    await page().goto(address);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().locator('nav').first().waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    proxy.closeAllConnections();
    proxy.close();
    await app[Symbol.asyncDispose]();
  });

  it.each(PAGES)('shows %s, and what strangers wrote as text', async (path, shown) => {
    const dialogs: string[] = [];
    page().once('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page().goto(`${address}/${path}`);
    await page().locator(shown).first().waitFor();
    expect(new URL(page().url()).pathname).toBe(`${new URL(address).pathname}/${path}`);
    expect(await page().locator('img[src="x"], body script:not([src])').count()).toBe(0);
    expect(dialogs).toEqual([]);
    expect(window.complaints).toEqual([]);
  });

  it('says in three clicks why a message failed', async () => {
    await page().goto(address);
    await page().getByRole('link', { name: 'Failed' }).first().click();
    await page().locator('tbody tr a').first().click();
    await page().getByText('What happened').waitFor();
    expect(await page().getByText('What you can do').isVisible()).toBe(true);
  });
});

/** Hostile texts wherever a stranger, or a careless person, can put one. */
async function fill(app: ConsoleApp): Promise<void> {
  await app.send('+5491155550001', { name: SHORT });
  await app.send('+5491155550002', { name: SHORT, code: 131026 });
  await app.sendBulk(HOSTILE, 3);
  const from = '5491155550009';
  app.meta.phoneNumber.receive({ type: 'text', from, profileName: HOSTILE, text: { body: HOSTILE } });
  const conversations = app.app.get(ConversationsService);
  await vi.waitUntil(async () => (await conversations.list()).items.length > 0, { timeout: 30_000, interval: 50 });
  const [conversation] = (await conversations.list()).items;
  if (!conversation) throw new Error('There is no conversation.');
  const label = HOSTILE.slice(0, 100).trim();
  await conversations.update(conversation.id, { label, assignedTo: label });
  await app.app
    .get(ContactsService)
    .save({ phone: `+${from}`, firstName: HOSTILE, lastName: HOSTILE, company: HOSTILE, description: HOSTILE });
}
