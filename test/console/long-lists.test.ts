import { AccountsService, BulkService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

describeInBrowser('A long list', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;
  const more = () => page().getByRole('button', { name: 'Load more' });
  /** The page may grow after it was scrolled: rows come once they are near, and with their own heights. */
  const scrollToLast = () =>
    vi.waitUntil(
      async () => {
        await page().evaluate('scrollTo(0, document.documentElement.scrollHeight)');
        return page().getByRole('link', { name: '+5491120000000' }).isVisible();
      },
      { timeout: 30_000, interval: 50 },
    );

  beforeAll(async () => {
    app = await ConsoleApp.start({ options: { messagesPerSecond: 1_000 } });
    app.meta.phoneNumber.messagingLimit = 'TIER_2K';
    await app.app.get(AccountsService).sync();
    const id = await app.sendBulk('Many', 300);
    await vi.waitUntil(async () => (await app.app.get(BulkService).get(id)).counts.pending === 0, {
      timeout: 60_000,
      interval: 50,
    });
    window = await Window.open({ viewport: { width: 1440, height: 900 } });
    await page().goto(`${app.url}/messages`);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    for (const shown of [50, 100, 150, 200, 250, 300]) {
      await page().getByText(`${shown} shown`, { exact: true }).waitFor();
      if (shown < 300) await more().click();
    }
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('has only the rows near what one sees, and the space of all', async () => {
    await page().evaluate('scrollTo(0, 0)');
    await vi.waitUntil(async () => (await page().locator('tbody tr').count()) < 150, { timeout: 30_000 });
    const widths = await page()
      .locator('thead th')
      .evaluateAll((cells) => cells.map(({ clientWidth }) => clientWidth));
    expect(widths.reduce((sum, width) => sum + width, 0)).toBe(
      await page()
        .locator('table')
        .evaluate((table) => table.clientWidth),
    );
    expect(
      await page()
        .locator('table')
        .evaluate((table) => table.clientHeight),
    ).toBeGreaterThan(300 * 36);
    await scrollToLast();
  });

  it('keeps the row that one has chosen by keyboard', async () => {
    await page().evaluate('scrollTo(0, 0)');
    await page().getByRole('link', { name: '+5491120000299' }).waitFor();
    await page().keyboard.press('j');
    await scrollToLast();
    await page().keyboard.press('j');
    await page().keyboard.press('Enter');
    await page().locator('.panel-head h2').waitFor();
    expect(await page().locator('tr.chosen').innerText()).toContain('+5491120000298');
    const topOf = (selector: string) =>
      page()
        .locator(selector)
        .evaluate((element) => element.getBoundingClientRect());
    expect((await topOf('tr.chosen')).top).toBeGreaterThanOrEqual((await topOf('thead th >> nth=0')).bottom);
  });
});
