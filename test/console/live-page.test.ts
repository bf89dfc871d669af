import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { describeInBrowser, Window } from '../support/browser.js';
import { ChildProcess } from '../support/child-process.js';
import type { FreshDatabase } from '../support/databases.js';
import { sqlite } from '../support/databases/sqlite.js';
import { CONSOLE, ConsoleApp } from './console-app.js';

describeInBrowser('What one sees of what happens', () => {
  let app: ConsoleApp;
  let database: FreshDatabase;
  let proxy: Proxy;
  let window: Window;
  const page = () => window.page;

  beforeAll(async () => {
    database = await sqlite.create();
    app = await ConsoleApp.start({ database: database.options });
    proxy = new Proxy(Number(new URL(app.url).port));
    await proxy.listen();
    await app.send('+5491155550001');
    window = await Window.open();
    await page().goto(proxy.url + CONSOLE);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().goto(`${proxy.url}${CONSOLE}/messages`);
    await page().locator('tbody tr').first().waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
    await database.drop();
  });

  it('comes without a reload: a message, and its status in the list and in its panel', async () => {
    await page().getByText('Live', { exact: true }).waitFor();
    await app.send('+5491155550002', { code: 131026 });
    await page().getByRole('button', { name: '1 new message' }).click();
    await page().getByRole('link', { name: '+5491155550002' }).click();
    await page().getByText('What you can do').waitFor();
    await page().keyboard.press('Escape');
    await app.send('+5491155550003');
    await page().getByRole('button', { name: '1 new message' }).click();
    await page()
      .getByRole('row', { name: /5550003.*Read/ })
      .waitFor();
    await page().locator('.live[title^="Last event at"]').waitFor();
    await window.expectAccessible();
    expect(window.complaints).toEqual([]);
  });

  it('comes of another process of the deployment, too', async () => {
    await using other = await ChildProcess.start(database, app.meta);
    const { name: template, language } = sampleTemplates.named;
    const variables = { name: 'Ana', company: 'Acme' };
    const { error } = await other.sendTemplate({ to: '+5491155550005', template, language, variables });
    expect(error).toBeUndefined();
    await page().getByRole('button', { name: '1 new message' }).click();
    await expect.poll(() => page().getByRole('link', { name: '+5491155550005' }).isVisible()).toBe(true);
  });

  it('is late while the server is away, and of this moment again once it is back', async () => {
    proxy.cut();
    await page().getByText('Reconnecting').waitFor();
    await app.send('+5491155550004');
    await proxy.listen();
    await page().getByText('Live', { exact: true }).waitFor();
    await page().getByRole('button', { name: '1 new message' }).click();
    const row = page().getByRole('link', { name: '+5491155550004' });
    await expect.poll(() => row.isVisible()).toBe(true);
  });
});

/** A connection between a person and the server that can be cut. */
class Proxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((near) => {
    const far = connect(this.port, '127.0.0.1');
    for (const socket of [near, far]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    near.pipe(far);
    far.pipe(near);
  });
  #own = 0;

  constructor(private readonly port: number) {}

  get url(): string {
    return `http://127.0.0.1:${this.#own}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#own, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address !== null && typeof address === 'object') this.#own = address.port;
  }

  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
  }
}
