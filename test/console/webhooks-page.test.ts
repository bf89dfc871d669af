import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { ApiKeysService, CallbacksService, WebhooksService, WorkspacesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { sign } from '../webhooks/receiving-scene.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">';

describeInBrowser('The page of webhooks and callbacks', () => {
  let app: ConsoleApp;
  let receiver: Server;
  let target = '';
  let window: Window;
  let answer = 200;
  const page = () => window.page;
  const panel = () => page().locator('.panel');
  const rows = () => page().locator('tbody tr');
  const request = (method: string, path: string, key: string) =>
    app.app.fetch(`/whatsapp/console/api/${path}`, {
      method,
      headers: { 'x-api-key': key, 'x-whatsapp-console': '1', 'content-type': 'application/json' },
      ...(method === 'POST' && { body: '{}' }),
    });

  /** As Meta posts it; a change without a value is one that no one can read. */
  const post = async (secret: string, field: string, account = app.meta.account.id) => {
    const body = JSON.stringify({
      object: 'whatsapp_business_account',
      entry: [{ id: account, changes: [{ field }] }],
    });
    const headers = { 'content-type': 'application/json', 'x-hub-signature-256': sign(body, secret) };
    return (await app.app.fetch('/whatsapp/webhook', { method: 'POST', headers, body })).status;
  };

  beforeAll(async () => {
    receiver = createServer((_, response) => void response.writeHead(answer).end());
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve);
    });
    target = `http://127.0.0.1:${Object(receiver.address()).port}/hook`;
    app = await ConsoleApp.start({
      options: {
        encryptionKeys: [randomBytes(32).toString('base64')],
        callbackUrls: 'any',
        callbackRetryDelays: [20],
      },
    });
    window = await Window.open();
    await page().goto(`${app.url}/webhooks`);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
    receiver.close();
  });

  it('says that nothing failed, and no signature was wrong', async () => {
    await page().getByText('Everything that came could be applied.').waitFor();
    await page().getByText('None was wrong in the last 7 days.').waitFor();
    expect(await rows().count()).toBe(0);
    await window.expectAccessible();
  });

  it('counts signatures that are wrong, and names accounts that the secret is not configured for', async () => {
    expect(await post('a wrong secret', 'messages')).toBe(401);
    expect(await post(app.meta.appSecret, 'messages', '900')).toBe(200);
    await page().reload();
    await page().getByText('1 webhook in the last 24 hours, and 1 in 7 days, had no signature').waitFor();
    await page().getByText('1 item about account 900 waits').waitFor();
    await window.expectAccessible();
  });

  it('shows what could not be applied as it came, and applies it again', async () => {
    expect(await post(app.meta.appSecret, HOSTILE)).toBe(200);
    expect(await post(app.meta.appSecret, 'messages')).toBe(200);
    await page().reload();
    await expect.poll(() => rows().count()).toBe(2);
    await page().locator('.row-link').last().click();
    await panel().locator('.failure').getByText('A change has no field, or no object as its value.').waitFor();
    await panel().getByText('What came').click();
    expect(await panel().locator('pre').innerText()).toContain('<img src=x onerror=');
    expect(await panel().locator('img').count()).toBe(0);
    await window.expectAccessible();
    await panel().getByRole('button', { name: 'Apply again' }).click();
    await panel().getByText('It failed again').waitFor();
    await panel().getByText('Tried 2 times.').waitFor();
    await page().keyboard.press('Escape');
    await page().getByRole('button', { name: 'Apply all again' }).click();
    await page().getByText('0 are applied, 2 failed again.').waitFor();
  });

  it('sets the URL of callbacks: names what is wrong, and shows the secret once', async () => {
    await page().getByRole('link', { name: 'Callbacks' }).click();
    await page().getByText('can be posted to a URL of yours').waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Set a URL' }).click();
    await page().getByLabel('URL').fill('ftp://nowhere');
    await page().getByRole('button', { name: 'Save' }).click();
    await page().locator('.field-problems').waitFor();
    await window.expectAccessible();
    await page().reload();
    await page().getByRole('button', { name: 'Set a URL' }).click();
    expect(await page().getByLabel('URL').inputValue()).toBe('ftp://nowhere');
    await page().getByLabel('URL').fill(target);
    for (const event of ['contact.created', 'contact.updated', 'contact.deleted'])
      await page().getByLabel(event).uncheck();
    await page().getByRole('button', { name: 'Save' }).click();
    const secret = await page().locator('.secret code').innerText();
    expect(secret.length).toBeGreaterThan(16);
    expect(await app.app.get(CallbacksService).get()).toMatchObject({
      url: target,
      events: ['message.status', 'message.inbound'],
    });
    await page().reload();
    await page().getByText('Stored encrypted, and not shown.').waitFor();
    expect(await page().content()).not.toContain(secret);
  });

  it('shows deliveries, with the message that each is of, and that message with its callbacks', async () => {
    await app.send('+5491155550001');
    await page().getByLabel('Status').selectOption('delivered');
    await page().getByRole('link', { name: 'message.status' }).first().click();
    await panel().getByText('HTTP 200', { exact: true }).waitFor();
    await window.expectAccessible();
    await panel()
      .getByRole('link', { name: /^Message \d+$/ })
      .click();
    await panel().getByRole('link', { name: 'Callback delivered: HTTP 200' }).first().waitFor();
    await window.expectAccessible();
    await panel().getByRole('link', { name: 'Callback delivered: HTTP 200' }).first().click();
    await panel().getByRole('heading', { name: 'Delivery' }).waitFor();
    expect(page().url()).toMatch(/\/webhooks\/[\w-]+\?tab=callbacks$/);
  });

  it('sends what failed again, one and all', async () => {
    answer = 500;
    await app.send('+5491155550002');
    const failed = async () => (await app.app.get(CallbacksService).deliveries({ status: 'failed' })).total;
    await expect.poll(failed, { timeout: 20_000 }).toBeGreaterThanOrEqual(1);
    await page().goto(`${app.url}/webhooks?tab=callbacks&status=failed`);
    await page().locator('.row-link').first().click();
    await panel().getByText('HTTP 500', { exact: true }).waitFor();
    await page().getByText('failed in a row since').or(page().getByText('try has failed since')).waitFor();
    await window.expectAccessible();
    answer = 200;
    await panel().getByRole('button', { name: 'Send again' }).click();
    await panel().getByText('HTTP 200', { exact: true }).waitFor();
    await page().keyboard.press('Escape');
    await page().getByRole('button', { name: 'Send all failed again' }).click();
    await page()
      .getByText(/\d+ (?:is|are) sent again\./)
      .waitFor();
    await expect.poll(failed, { timeout: 20_000 }).toBe(0);
  });

  it('lets people do what their key may, and keeps workspaces apart', async () => {
    await using reader = await Window.open();
    const key = await app.newKey('webhooks.read', 'messages.read');
    await reader.page.goto(`${app.url}/webhooks?tab=callbacks`);
    await reader.page.fill('input[name=key]', key);
    await reader.page.keyboard.press('Enter');
    await reader.page.locator('tbody tr').first().waitFor();
    for (const name of ['Change', 'Remove', 'Send all failed again']) {
      expect(await reader.page.getByRole('button', { name }).count()).toBe(0);
    }
    const { items } = await app.app.get(WebhooksService).failedItems();
    const [delivery] = (await app.app.get(CallbacksService).deliveries()).items;
    const changes = [
      ['POST', `webhooks/failed/${items[0]?.id}/apply`],
      ['POST', 'webhooks/failed/apply'],
      ['POST', 'callbacks'],
      ['DELETE', 'callbacks'],
      ['POST', `callbacks/deliveries/${delivery?.id}/resend`],
      ['POST', 'callbacks/deliveries/resend'],
    ] as const;
    for (const [method, path] of changes) expect((await request(method, path, key)).status).toBe(403);
    const unable = await app.newKey('messages.read');
    for (const path of ['webhooks', 'webhooks/failed', 'callbacks', 'callbacks/deliveries']) {
      expect((await request('GET', path, unable)).status).toBe(403);
    }
    const { name: workspace } = await app.app.get(WorkspacesService).ensure('elsewhere');
    const { key: theirs } = await app.app.get(ApiKeysService).create({ name: 'Theirs', workspace });
    const json = async (path: string): Promise<unknown> => (await request('GET', path, theirs)).json();
    expect(await json('webhooks')).toMatchObject({ accounts: [], unclaimed: [] });
    expect(await json('webhooks/failed')).toEqual({ items: [], total: 0 });
    expect(await json('callbacks')).toEqual({ callback: null });
    expect(await json('callbacks/deliveries')).toEqual({ deliveries: [], total: 0 });
    const others = [
      ['GET', `webhooks/failed/${items[0]?.id}`],
      ['POST', `webhooks/failed/${items[0]?.id}/apply`],
      ['GET', `callbacks/deliveries/${delivery?.id}`],
      ['POST', `callbacks/deliveries/${delivery?.id}/resend`],
      ['GET', 'messages/1/callbacks'],
    ] as const;
    for (const [method, path] of others) expect((await request(method, path, theirs)).status).toBe(404);
    expect(reader.complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    for (const path of ['webhooks', 'webhooks?tab=callbacks']) {
      await page().goto(`${app.url}/${path}`);
      await rows().first().waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await window.expectAccessible();
    }
  });

  it('made the browser complain of nothing but what was refused', () => {
    expect(window.complaints.filter((text) => !text.includes('400 (Bad Request)'))).toEqual([]);
  });
});
