import { AccountsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

describeInBrowser('The overview of a new workspace', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;
  const steps = () => page().locator('.first-steps');

  beforeAll(async () => {
    const rate = { currency: 'USD', market: 'AR', validFrom: '2020-01-01', price: '0.5' };
    const rateCard = (['marketing', 'utility'] as const).map((category) => ({ ...rate, category }));
    app = await ConsoleApp.start({ options: { costs: { rateCard } } });
    window = await Window.open();
    await page().goto(app.url);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await steps().waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('says what is still to be done, and checks it off', { timeout: 90_000 }, async () => {
    await window.expectAccessible();
    await app.app.get(AccountsService).sync();
    await app.send('+5491155550001');
    await expect.poll(() => steps().locator('.done').count(), { timeout: 20_000 }).toBe(6);
    await steps().getByText('Answer the message on your phone.').waitFor();
    await page().reload();
    await page().getByText('Cost today').waitFor();
    await page().getByText('Cost by day, this month, in USD').waitFor();
    expect(await page().locator('.tile').last().innerText()).toMatch(/\$0\.50/);
    await page()
      .getByText(/Sends up to [\d.]+ of 80 messages per second/)
      .waitFor();
    await window.expectAccessible();
  });

  it('fits a phone, and is gone once it is dismissed', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await steps().getByRole('button', { name: 'Dismiss' }).click();
    await page().reload();
    await page().locator('.phone-number').waitFor();
    expect(await steps().count()).toBe(0);
    expect(window.complaints).toEqual([]);
  });
});
