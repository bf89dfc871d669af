import { AccountsService, type ApiKeyAbility, ApiKeysService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { CONSOLE, ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">‮gnp.exe';

describeInBrowser('The settings', () => {
  let app: ConsoleApp;
  let window: Window;
  let keys: ApiKeysService;
  const page = () => window.page;
  const panel = () => page().locator('.panel');
  const row = (name: string) => page().locator('tbody tr').filter({ hasText: name });

  beforeAll(async () => {
    app = await ConsoleApp.start({
      options: { encryptionKeys: [Buffer.alloc(32, 7).toString('base64')], optOutWords: ['STOP', HOSTILE] },
    });
    keys = app.app.get(ApiKeysService);
    await app.app.get(AccountsService).sync();
    window = await Window.open();
    await page().goto(`${app.url}/settings`);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().locator('.phone-number').waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  const ask = async (method: string, path: string, key: string, body?: object) => {
    const headers = {
      'x-api-key': key,
      'x-whatsapp-console': '1',
      ...(body && { 'content-type': 'application/json' }),
    };
    const asked = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    return (await app.app.fetch(`${CONSOLE}/api/${path}`, asked)).status;
  };

  it('show accounts and numbers, and do what is done at Meta', async () => {
    await page().getByText('Valid, as far as is known').waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Fetch from Meta' }).click();
    await page().getByText('Fetched from Meta.').waitFor();
    await page().getByRole('button', { name: 'Subscribe app' }).click();
    await page().getByText('The app is subscribed').waitFor();
    await page().locator('summary').getByText('Register').click();
    await page().getByLabel('PIN').fill('12');
    await page().locator('.phone-number').getByRole('button', { name: 'Register' }).click();
    await expect.poll(() => page().locator('.phone-number').innerText()).toMatch(/six digits\.$/);
    window.complaints.length = 0; // The browser's own note of the refusal.
    expect(app.meta.requests.some(({ path }) => path.endsWith('/subscribed_apps'))).toBe(true);
  });

  it('name what is wrong with an account that is added, and keep no secret in the page', async () => {
    await page().getByRole('link', { name: 'Add account' }).click();
    await page().getByLabel('Meta’s id of the account').fill('x');
    await page().getByLabel('Access token of a system user').fill('a secret token');
    await panel().getByRole('button', { name: 'Add account' }).click();
    await panel()
      .getByText(/There (is|are) \d problem/)
      .waitFor();
    await window.expectAccessible();
    window.complaints.length = 0;
    expect(await page().evaluate('JSON.stringify(sessionStorage)')).not.toContain('a secret token');
    await page().keyboard.press('Escape');
  });

  it('create a key that is shown once, with what it may do', async () => {
    await page().getByRole('link', { name: 'API keys' }).click();
    await page().getByRole('link', { name: 'New key' }).click();
    await panel().getByRole('button', { name: 'Create key' }).click();
    await panel().getByText('There is 1 problem.').waitFor();
    window.complaints.length = 0;
    await panel().getByLabel('Name').fill(HOSTILE);
    await panel().getByText('Only some things').click();
    await panel().getByLabel('contacts.read').check();
    await window.expectAccessible();
    await panel().getByRole('button', { name: 'Create key' }).click();
    await page().getByText('Copy this key now').waitFor();
    const key = await page().locator('.fresh-key code').innerText();
    expect(await keys.verify(key)).toMatchObject({ name: HOSTILE, abilities: ['messages.read', 'contacts.read'] });
    await window.expectAccessible();
    await page().reload();
    await row('img').waitFor();
    expect(await page().content()).not.toContain(key);
    expect(await page().locator('td img').count()).toBe(0);
  });

  it('end the sessions of a key that is revoked, and ask once before', async () => {
    const { key } = await keys.create({ name: 'Leaver' });
    await using leaver = await Window.open();
    await leaver.page.goto(`${app.url}/settings`);
    await leaver.page.fill('input[name=key]', key);
    await leaver.page.keyboard.press('Enter');
    await leaver.page.locator('.phone-number').waitFor();
    await page().reload();
    await row('Leaver').getByRole('button', { name: 'Revoke' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText(/Revoke .*Leaver/).waitFor();
    await window.expectAccessible();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await row('Leaver').getByText('Revoked').waitFor();
    // The stream of the page ends, and with it the page: no one has to click.
    await leaver.page.getByLabel('API key').waitFor();
    expect(await ask('GET', 'accounts', key)).toBe(401);
  });

  it('replace a key by one that may do the same', async () => {
    const { key } = await keys.create({ name: 'Shop', abilities: ['messages.send'] });
    await page().reload();
    await row('Shop').getByRole('button', { name: 'Replace' }).click();
    await page().getByRole('dialog').getByRole('button', { name: 'Replace' }).click();
    await page().getByText('Copy this key now').waitFor();
    const fresh = await page().locator('.fresh-key code').innerText();
    expect(await keys.verify(fresh)).toMatchObject({ name: 'Shop', abilities: ['messages.send'] });
    expect(await keys.verify(key)).toMatchObject({ name: 'Shop' });
  });

  it('show the options in force, and no secret', async () => {
    await page().getByRole('link', { name: 'Options in force' }).click();
    await row('refreshInterval').waitFor();
    await row('optOutWords').getByText(HOSTILE).waitFor();
    const text = await page().locator('.options').innerText();
    expect(text).toMatch(/queue\s+in-process/);
    for (const secret of [app.meta.accessToken, app.meta.appSecret, Buffer.alloc(32, 7).toString('base64')]) {
      expect(text).not.toContain(secret);
    }
    await window.expectAccessible();
  });

  it('are changed only by whoever may do everything', async () => {
    const abilities: ApiKeyAbility[] = ['accounts.read', 'messages.send', 'messages.read'];
    const { key } = await keys.create({ name: 'Reader', abilities });
    const asked = await Promise.all([
      ask('GET', 'keys', key),
      ask('POST', 'keys', key, { name: 'Mine' }),
      ask('DELETE', 'keys/1', key),
      ask('GET', 'options', key),
      ask('POST', 'accounts', key, { business_account_id: '1', access_token: 'x' }),
      ask('POST', 'accounts/sync', key, {}),
      ask('POST', 'numbers/1/register', key, { pin: '123456' }),
    ]);
    expect(asked).toEqual(asked.map(() => 403));
    await using reader = await Window.open();
    await reader.page.goto(`${app.url}/settings/keys`);
    await reader.page.fill('input[name=key]', key);
    await reader.page.keyboard.press('Enter');
    await reader.page.locator('.phone-number').waitFor();
    expect(await reader.page.getByRole('link', { name: 'API keys' }).count()).toBe(0);
    expect(await reader.page.getByRole('button', { name: 'Fetch from Meta' }).count()).toBe(0);
    expect(reader.complaints).toEqual([]);
  });

  it('fit a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    for (const part of ['', '/keys', '/options']) {
      await page().goto(`${app.url}/settings${part}`);
      await page().locator('.phone-number, tbody tr').first().waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await window.expectAccessible();
    }
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
