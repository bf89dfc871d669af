import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">‮gnp.exe';

describeInBrowser('The page of messages', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;

  beforeAll(async () => {
    app = await ConsoleApp.start();
    await app.send('+5491155550001', { name: HOSTILE });
    await app.send('+5491155550002', { code: 131026 });
    await app.send('+5491155550003', { code: 131000 });
    window = await Window.open();
    await page().goto(app.url);
    await page().fill('input[name=key]', await app.newKey());
    await window.expectAccessible();
    await page().keyboard.press('Enter');
    await page().getByRole('link', { name: 'Messages' }).click();
    await page().locator('tbody tr').first().waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  const path = () => new URL(page().url()).pathname.replace('/whatsapp/console', '') + new URL(page().url()).search;
  const rows = () => page().locator('tbody tr');

  it('shows what was sent, the newest first, and how far it has come', async () => {
    expect(path()).toBe('/messages');
    expect(await rows().count()).toBe(3);
    const [first = ''] = await rows().allInnerTexts();
    expect(first).toMatch(/\+5491155550003.*welcome_message.*Failed/s);
    await page().getByRole('table').getByText('Read').waitFor();
    await window.expectAccessible();
  });

  it('keeps in its address what it shows, back and forward', async () => {
    await page().getByLabel('Status').selectOption('failed');
    await expect.poll(() => rows().count()).toBe(2);
    await page().getByLabel('Error code').fill('131026');
    await page().keyboard.press('Enter');
    await expect.poll(() => rows().count()).toBe(1);
    expect(path()).toBe('/messages?status=failed&error_code=131026');
    await page().reload();
    await page().locator('.row-link').click();
    await page().getByText('What you can do').waitFor();
    expect(path()).toMatch(/^\/messages\/\d+\?status=failed&error_code=131026$/);
    await page().keyboard.press('Escape');
    await page().locator('.panel').waitFor({ state: 'detached' });
    await page().goBack();
    await page().getByText('What you can do').waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Close' }).click();
    await page().getByRole('link', { name: 'Clear filters' }).click();
    await expect.poll(() => rows().count()).toBe(3);
  });

  it('sends a failed message again, once, and shows the new one', async () => {
    await page().goto(`${app.url}/messages?status=failed&error_code=131000`);
    await page().locator('.row-link').click();
    const before = path();
    await page().getByRole('button', { name: 'Send again' }).click();
    await page().waitForURL((url) => !url.href.endsWith(before));
    await page().getByText('Delivered to the phone').waitFor();
    expect(app.meta.messagesTo('+5491155550003').length).toBeGreaterThan(0);
    expect([...app.meta.sendCounts].filter(([, count]) => count > 1)).toEqual([]);
  });

  it('is used by keyboard: / searches, j and k move, Enter opens, Escape closes', async () => {
    await page().goto(`${app.url}/messages`);
    await rows().first().waitFor();
    await page().keyboard.press('/');
    await page().keyboard.type('+54 9 11 5555-0001');
    await page().keyboard.press('Enter');
    await expect.poll(() => rows().count()).toBe(1);
    await page().locator('h1').click();
    await page().keyboard.press('j');
    await page().keyboard.press('Enter');
    await page().getByText('Timeline').waitFor();
    await page().keyboard.press('Escape');
    await page().locator('.panel').waitFor({ state: 'detached' });
  });

  it('shows what strangers wrote as it is, and runs none of it', async () => {
    await page().locator('.row-link').click();
    await page().getByText('Content as it was asked for').click();
    expect(await page().locator('pre').innerText()).toContain('<img src=x onerror=');
    expect(await page().locator('.panel img').count()).toBe(0);
    expect(await page().title()).toBe('Messages · WhatsApp');
  });

  it('sends several failed messages again, selected by keyboard or by their boxes', async () => {
    for (const to of ['+5491155550071', '+5491155550072']) await app.send(to, { code: 131026 });
    await page().goto(`${app.url}/messages?status=failed`);
    const box = (to: string) => page().getByRole('checkbox', { name: `Select the message to ${to}` });
    await box('+5491155550072').waitFor();
    await page().keyboard.press('j');
    await page().keyboard.press('x');
    expect(await box('+5491155550072').isChecked()).toBe(true);
    await box('+5491155550071').check();
    await page().getByText('2 selected').waitFor();
    await window.expectAccessible();
    const before = app.meta.messages.length;
    await page().locator('.selection').getByRole('button', { name: 'Send again' }).click();
    await page().getByText('Send 2 failed messages again as new ones?').waitFor();
    await page().locator('dialog[open]').getByRole('button', { name: 'Send again' }).click();
    await page().getByText('2 sent again.').waitFor();
    expect(app.meta.messages.length - before).toBe(2);
    expect(new URL(page().url()).search).toBe('?status=failed');
  });

  it('announces new messages without moving what one reads', async () => {
    await page().goto(`${app.url}/messages`);
    await rows().first().waitFor();
    const before = await rows().count();
    await app.send('+5491155550004');
    await page().getByRole('button', { name: '1 new message' }).waitFor();
    expect(await rows().count()).toBe(before);
    await page().getByRole('button', { name: '1 new message' }).click();
    await page().getByRole('link', { name: '+5491155550004' }).waitFor();
  });

  it('speaks the language that one chooses, also after a reload', async () => {
    await page().getByLabel('Language').selectOption('pt');
    await page().getByRole('heading', { name: 'Mensagens' }).waitFor();
    await page().reload();
    await page().getByRole('heading', { name: 'Mensagens' }).waitFor();
    expect(await page().locator('html').getAttribute('lang')).toBe('pt');
  });

  it('fits a phone, and signs out', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    await rows().first().waitFor();
    // As wide as what one sees, which a bar for scrolling down may make narrower.
    expect(await page().evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
      0,
    );
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Mais' }).click();
    await window.expectAccessible();
    await page().getByRole('dialog').getByRole('button', { name: 'Sair' }).click();
    await page().getByLabel('Chave de API').waitFor();
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
