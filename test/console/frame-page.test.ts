import { ContactsService, MessagesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">';

describeInBrowser('The frame around the pages', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;
  const numbers = () => app.meta.account.phoneNumbers.map(({ id }) => id);

  beforeAll(async () => {
    const phoneNumbers = [{ verifiedName: 'Acme' }, { verifiedName: HOSTILE }];
    app = await ConsoleApp.start({ accounts: [{ phoneNumbers, templates: Object.values(sampleTemplates) }] });
    const { name: template, language } = sampleTemplates.named;
    const variables = { name: HOSTILE, company: 'Acme' };
    for (const [index, phoneNumberId] of numbers().entries()) {
      const to = `+549115555000${index}`;
      await app.app.get(MessagesService).sendTemplate({ to, template, language, variables, phoneNumberId });
    }
    await app.app.get(ContactsService).save({ phone: '+5491155550000', firstName: 'Ana', lastName: HOSTILE });
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

  const number = () => new URL(page().url()).searchParams.get('number');

  it('keeps the number that the pages are about in the address, wherever one goes', async () => {
    const [, second = ''] = numbers();
    await vi.waitUntil(async () => (await page().locator('.tile strong').first().innerText()) === '2');
    await page().getByLabel('Phone number of the business').selectOption(second);
    expect(number()).toBe(second);
    await vi.waitUntil(async () => (await page().locator('.tile strong').first().innerText()) === '1');
    expect(await page().locator('.phone-number').count()).toBe(1);
    await page().getByRole('link', { name: 'Messages' }).click();
    await page().getByRole('link', { name: '+5491155550001' }).waitFor();
    expect(await page().locator('tbody .row-link').count()).toBe(1);
    expect(number()).toBe(second);
    await page().reload();
    await page().getByRole('link', { name: '+5491155550001' }).click();
    await page().getByText('Timeline').waitFor();
    await window.expectAccessible();
    await page().getByLabel('Phone number of the business').selectOption('');
    await expect.poll(() => page().locator('tbody .row-link').count()).toBe(2);
    expect(number()).toBeNull();
  });

  it('finds by a number or a name, and opens by keyboard what was found', async () => {
    await page().keyboard.press('/');
    await page().keyboard.type('+54 9 11 5555-0000');
    await page()
      .getByRole('option', { name: /5550000.*welcome_message/ })
      .waitFor();
    await window.expectAccessible();
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Enter');
    await page().getByText('Timeline').waitFor();
    expect(new URL(page().url()).pathname).toMatch(/\/messages\/\d+$/);
    await page().keyboard.press('/');
    await page().keyboard.type('ana');
    await page()
      .getByRole('option', { name: `Ana ${HOSTILE}` })
      .waitFor();
    // Their messages come first.
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('ArrowDown');
    await page().keyboard.press('Enter');
    await page().waitForURL(/\/contacts\/\d+$/);
    await page().keyboard.press('/');
    await page().keyboard.type('nothing of that name');
    await page().keyboard.press('Escape');
    expect(await page().locator('.found').isVisible()).toBe(false);
  });

  it('has room on a phone: language, colours and the way out are under "More"', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    await page().goto(`${app.url}/overview`);
    await page().locator('.chart canvas').waitFor();
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page().getByRole('button', { name: 'More' }).click();
    const sheet = page().getByRole('dialog', { name: 'More' });
    await sheet.getByLabel('Language').selectOption('es');
    await page().getByRole('dialog', { name: 'Más' }).waitFor();
    await window.expectAccessible();
    await page().keyboard.press('Escape');
    await page().getByRole('heading', { name: 'Resumen' }).waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Más' }).click();
    await page().getByRole('dialog').getByRole('button', { name: 'Cerrar sesión' }).click();
    await page().getByLabel('Clave de API').waitFor();
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
