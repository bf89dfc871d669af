import { BulkService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

describeInBrowser('The page of bulk sends', () => {
  let app: ConsoleApp;
  let window: Window;
  let ended: string;
  const page = () => window.page;
  const statusOf = async (id: string) => (await app.app.get(BulkService).get(id)).status;

  beforeAll(async () => {
    app = await ConsoleApp.start({ options: { messagesPerSecond: 10 } });
    app.meta.phoneNumber.messagingLimit = 'TIER_10K';
    ended = await app.sendBulk('Welcome, November', 20);
    await vi.waitUntil(async () => (await statusOf(ended)) === 'PARTIAL', { timeout: 30_000, interval: 50 });
    window = await Window.open();
    await page().goto(app.url);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().getByRole('link', { name: 'Bulk sends' }).click();
    await page().getByRole('link', { name: 'Welcome, November' }).waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('shows each with how far it is', async () => {
    const [row = ''] = await page().locator('tbody tr').allInnerTexts();
    expect(row).toMatch(/Welcome, November.*Partly failed.*19 of 20.*1/s);
    await window.expectAccessible();
  });

  it('shows one that has ended: its failures by error, which lead to the messages', async () => {
    await page().getByRole('link', { name: 'Welcome, November' }).click();
    await page().getByRole('heading', { name: 'Failures by error' }).waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Retry what may pass' }).click();
    await page().getByText('0 messages are tried again.').waitFor();
    const download = page().waitForEvent('download');
    await page().getByRole('link', { name: 'Export as CSV' }).click();
    expect((await download).suggestedFilename()).toBe(`bulk-send-${ended}.csv`);
    await page().getByRole('link', { name: 'Message undeliverable' }).click();
    await expect.poll(() => page().locator('tbody tr').count()).toBe(1);
    expect(new URL(page().url()).search).toBe(`?bulk_send_id=${ended}&error_code=131026`);
  });

  it('shows its results by country and hour, and what its errors mean', async () => {
    await page().goto(`${app.url}/bulk-sends/${ended}`);
    const country = page().getByRole('row', { name: 'Argentina' });
    await country.waitFor();
    expect((await country.innerText()).split(/\s+/).slice(0, 2)).toEqual(['Argentina', '19']);
    await page().getByRole('img', { name: 'By hour' }).locator('canvas').waitFor();
    await page().locator('.errors .meaning').waitFor();
    await window.expectAccessible();
    await page().setViewportSize({ width: 390, height: 844 });
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page().setViewportSize({ width: 1_280, height: 720 });
  });

  it('shows how fast one goes, and pauses, resumes and cancels it', async () => {
    const id = await app.sendBulk('Black Friday', 600);
    await page().goto(`${app.url}/bulk-sends/${id}`);
    await page().getByRole('img', { name: 'Pace' }).locator('canvas').waitFor();
    await page()
      .getByText(/About .* left/)
      .waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Pause' }).click();
    await page().getByText('Is paused until someone resumes it.').waitFor();
    expect(await statusOf(id)).toBe('PAUSED');
    await page().getByRole('button', { name: 'Resume' }).click();
    await page().getByRole('button', { name: 'Pause' }).waitFor();
    await page().getByRole('button', { name: 'Cancel' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText(/Cancel [\d,]+ messages that are not sent yet/).waitFor();
    await window.expectAccessible();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await page().locator('.panel').getByText('Cancelled', { exact: true }).waitFor();
    expect(await statusOf(id)).toBe('CANCELLED');
  });

  it('lets whoever may not send change nothing', async () => {
    await using reader = await Window.open();
    await reader.page.goto(`${app.url}/bulk-sends/${ended}`);
    await reader.page.fill('input[name=key]', await app.newKey('messages.read'));
    await reader.page.keyboard.press('Enter');
    await reader.page.getByRole('heading', { name: 'Failures by error' }).waitFor();
    expect(await reader.page.getByRole('button', { name: 'Retry what may pass' }).count()).toBe(0);
    expect(reader.complaints).toEqual([]);
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
