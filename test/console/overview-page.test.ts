import { AccountsService, MessagesService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

describeInBrowser('The overview', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;

  beforeAll(async () => {
    app = await ConsoleApp.start();
    app.meta.phoneNumber.messagingLimit = 'TIER_2K';
    await app.app.get(AccountsService).sync();
    await app.send('+5491155550001');
    await app.send('+5491155550002');
    await app.send('+5491155550003', { code: 131026 });
    await vi.waitUntil(async () => (await app.app.get(MessagesService).list({ status: 'read' })).items.length === 2, {
      timeout: 30_000,
      interval: 50,
    });
    window = await Window.open();
    await page().goto(app.url);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().locator('.chart canvas').waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('is what one sees first: what became of the messages of a day, each number a link to them', async () => {
    expect(new URL(page().url()).pathname).toBe('/whatsapp/console/overview');
    const tiles = await page().locator('.tile strong').allInnerTexts();
    expect(tiles).toEqual(['2', '2', '2', '1']);
    await page().getByText('The same in numbers').click();
    expect(await page().locator('.numbers tbody tr').first().innerText()).toMatch(/2\s+2\s+2\s+1$/);
    await window.expectAccessible();
    await page().getByRole('link', { name: 'Failed' }).click();
    await page().getByRole('link', { name: '+5491155550003' }).waitFor();
    expect(await page().locator('tbody tr').count()).toBe(1);
    await page().goBack();
  });

  it('shows how each phone number is, and resumes one that is paused', async () => {
    const card = page().locator('.phone-number');
    await card.getByText('2 of 2,000 people in 24 hours').waitFor();
    app.meta.faults.nextSend({ kind: 'error', code: 131042 });
    await app.sendBulk('Unpaid', 5);
    const accounts = app.app.get(AccountsService);
    await vi.waitUntil(async () => (await accounts.sendingPauses()).length === 1, { timeout: 30_000, interval: 50 });
    await page().reload();
    await card.getByText(/Sends nothing since/).waitFor();
    await window.expectAccessible();
    await card.getByRole('button', { name: 'Resume' }).click();
    await card.getByText(/Sends nothing since/).waitFor({ state: 'detached' });
    expect(await accounts.sendingPauses()).toEqual([]);
  });

  it('fits a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    await page().locator('.phone-number').waitFor();
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await window.expectAccessible();
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
