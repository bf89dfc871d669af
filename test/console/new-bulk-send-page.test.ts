import { BulkService, ContactsService, TemplatesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">';
const QUOTED = `"${HOSTILE.replaceAll('"', '""')}"`;
/** Bytes of a file that a tab keeps for after a reload. */
const MOST_KEPT = 1024 * 1024;
const LIST = [
  'Cliente;Teléfono;Notas;Empresa',
  `${QUOTED};+5491155550001;;Acme`,
  "Ana;'+5491155550002;x;Acme",
  'João;+5491155550003;;Acme',
  'João;+5491155550003;again;Acme',
].join('\r\n');

describeInBrowser('A new bulk send', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;
  const step = () => new URL(page().url()).searchParams.get('step');
  const choose = (name: string, text: string) =>
    page()
      .getByLabel('Choose a file')
      .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
  const goOn = (name = 'Continue') => page().getByRole('button', { name, exact: true }).click();
  const sends = async () => (await app.app.get(BulkService).list()).items;

  beforeAll(async () => {
    app = await ConsoleApp.start();
    app.meta.phoneNumber.messagingLimit = 'TIER_250';
    await app.app.get(TemplatesService).sync();
    window = await Window.open();
    await page().goto(app.url);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().getByRole('link', { name: 'Bulk sends' }).click();
    await page().getByRole('link', { name: 'New bulk send' }).click();
    await page().getByRole('radio').first().waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('begins with a template, found by its name and seen as on a phone', async () => {
    await window.expectAccessible();
    await page().getByLabel('Search templates by name').fill('welcome');
    await expect.poll(() => page().getByRole('radio').count()).toBe(1);
    await page().getByText(sampleTemplates.named.name).click();
    await page().getByRole('group', { name: 'As on a phone' }).waitFor();
    await window.expectAccessible();
    await goOn();
    expect(step()).toBe('recipients');
  });

  it('shows what is wrong by row, whatever a file and its cells are called', async () => {
    await choose(`${HOSTILE}.csv`, `tel,${QUOTED}\n12,Ana\n+5491155550001,\n`);
    await page().locator('[id="column-variables.name"]').selectOption({ label: HOSTILE });
    await page().getByLabel('{{company}}, the same for all').fill('Acme');
    await goOn('Check and continue');
    await page().getByText('2 rows have problems.').waitFor();
    const rows = await page().locator('.row-problems tbody tr').allInnerTexts();
    expect(rows.map((row) => row.split('\t').slice(0, 2))).toEqual([
      ['2', 'Phone number'],
      ['3', expect.stringContaining('{{name}}')],
    ]);
    expect(await page().locator('.wizard img').count()).toBe(0);
    expect(step()).toBe('recipients');
    await window.expectAccessible();
  });

  it('finds the columns by their names, in any language and order', async () => {
    await choose('clientes.csv', LIST);
    const value = (id: string) =>
      page()
        .locator(`[id="${id}"]`)
        .evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text);
    await expect.poll(() => value('column-variables.name')).toBe('Cliente');
    expect([await value('column-phone'), await value('column-variables.company')]).toEqual(['Teléfono', 'Empresa']);
    await window.expectAccessible();
    await goOn('Check and continue');
    await page().getByText('3 people', { exact: true }).waitFor();
    expect(step()).toBe('preview');
    await page().getByText('1 row left out as a duplicate').waitFor();
  });

  it('previews any of the first recipients, and their names as text alone', async () => {
    const phone = page().getByRole('group', { name: 'As on a phone' });
    await phone.getByText(HOSTILE).first().waitFor();
    await page().getByRole('button', { name: 'Next' }).click();
    await phone.getByText('Ana').first().waitFor();
    await window.expectAccessible();
    expect(await page().title()).toBe('Bulk sends · WhatsApp');
  });

  it('is left, reloaded and resumed with all that was entered', async () => {
    await page().getByRole('link', { name: 'Messages' }).click();
    await page().reload();
    await page().goto(`${app.url}/bulk-sends/new?step=send`);
    await page().getByText('3 people', { exact: true }).waitFor();
    await page().locator('#new-name').fill('Noviembre');
    await page().reload();
    await page().getByText('3 people', { exact: true }).waitFor();
    expect(await page().locator('#new-name').inputValue()).toBe('Noviembre');
    await page().goto(`${app.url}/bulk-sends/new?step=recipients`);
    await page().getByText('clientes.csv').waitFor();
  });

  it('estimates time, limit and cost, and sends a test', async () => {
    await page().goto(`${app.url}/bulk-sends/new?step=estimate`);
    await page().getByText('0 of 250 people reached in 24 hours').waitFor();
    await page().getByText('This needs 3 of those that are left.').waitFor();
    await page().getByText('The app has no rate card').waitFor();
    await page().getByLabel('Your number').fill('+5491155559999');
    await page().getByRole('button', { name: 'Send test' }).click();
    await page().getByText('Sent:').waitFor();
    expect(app.meta.sendsTo('+5491155559999')).toBe(1);
    await window.expectAccessible();
    await goOn();
  });

  it('is sent once, even when the answer is lost and one clicks again', async () => {
    await page().locator('#new-name').waitFor();
    await window.expectAccessible();
    let isLost = true;
    await page().route(/api\/bulk-sends\?/, async (route) => {
      if (route.request().method() !== 'POST' || !isLost) return route.fallback();
      isLost = false;
      // The server gets it and its answer does not arrive.
      await route.fetch();
      return route.abort();
    });
    const send = async () => {
      await goOn('Send');
      await page().getByRole('dialog').getByText('to 3 people now').waitFor();
      await page().getByRole('dialog').getByRole('button', { name: 'Send', exact: true }).click();
    };
    await send();
    await page().getByText('Everything you entered is kept').waitFor();
    expect(window.complaints.splice(0)).toEqual([expect.stringContaining('ERR_FAILED')]);
    await send();
    await page().getByRole('heading', { name: 'Noviembre' }).waitFor();
    const [bulkSend, ...others] = await sends();
    expect([others, new URL(page().url()).pathname]).toEqual([
      [],
      `/whatsapp/console/bulk-sends/${bulkSend?.id ?? ''}`,
    ]);
    await page().locator('.panel').getByText('Completed', { exact: true }).waitFor();
    const people = [1, 2, 3].map((index) => app.meta.sendsTo(`+549115555000${index}`));
    expect(people).toEqual([1, 1, 1]);
  });

  it('takes a pasted list, leaves out who opted out, and is scheduled in a zone', async () => {
    await app.app.get(ContactsService).optOut('+5491155550002');
    await page().goto(`${app.url}/bulk-sends/new`);
    await page().getByText(sampleTemplates.carousel.name, { exact: true }).waitFor();
    await page().getByText(sampleTemplates.plain.name, { exact: true }).click();
    await goOn();
    await page().getByText('Pasted list').click();
    await page().getByLabel('People, one a line').fill('+5491155550001\n+5491155550002');
    await page().locator('#column-phone').waitFor();
    await expect.poll(() => page().getByLabel('The first row has the names').isChecked()).toBe(false);
    await goOn('Check and continue');
    await page()
      .getByText(/2 people|1 person/)
      .first()
      .waitFor();
    await goOn();
    await goOn();
    await page().getByText('At a time').click();
    await page().getByLabel('Date and time').fill('2099-12-24T09:30');
    await page().getByLabel('Time zone').selectOption('Asia/Tokyo');
    await page().getByText('in your own zone').waitFor();
    await goOn('Schedule');
    await window.expectAccessible();
    await page().getByRole('dialog').getByRole('button', { name: 'Schedule', exact: true }).click();
    await page().locator('.panel').getByText('Scheduled', { exact: true }).waitFor();
    await vi.waitFor(async () => {
      const [scheduled] = await sends();
      expect(scheduled?.scheduledAt).toEqual(new Date('2099-12-24T00:30:00Z'));
    });
  });

  it('asks for a large file again after a reload, and keeps the rest', async () => {
    await page().goto(`${app.url}/bulk-sends/new`);
    await page().getByText(sampleTemplates.named.name, { exact: true }).click();
    await goOn();
    // Just above what a tab keeps of a file, in few rows.
    const company = 'Una empresa con nombre'.padEnd(MOST_KEPT / 1_200);
    const rows = Array.from({ length: 1_200 }, (_, index) => `+54911${20_000_000 + index},Ana,${company}`);
    const list = ['phone,name,company', ...rows].join('\n');
    await choose('grande.csv', list);
    await page().getByText('grande.csv').waitFor();
    await page().locator('[id="column-variables.name"]').waitFor();
    await page().reload();
    await page().getByText('Choose the file again').waitFor();
    await choose('grande.csv', list);
    await goOn('Check and continue');
    await page().getByText('1,200 people', { exact: true }).waitFor();
    expect(step()).toBe('preview');
  });

  it('fits a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    for (const name of ['template', 'recipients']) {
      await page().goto(`${app.url}/bulk-sends/new?step=${name}`);
      await page().locator('.step-foot').waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await window.expectAccessible();
    }
  });

  it('is not there for those who may not send', async () => {
    await using reader = await Window.open();
    await reader.page.goto(`${app.url}/bulk-sends/new`);
    await reader.page.fill('input[name=key]', await app.newKey('messages.read'));
    await reader.page.keyboard.press('Enter');
    await reader.page.getByText('You may not see this').waitFor();
    await reader.page.getByRole('link', { name: 'Bulk sends' }).click();
    await reader.page.getByRole('heading', { name: 'Bulk sends' }).waitFor();
    expect(await reader.page.getByRole('link', { name: 'New bulk send' }).count()).toBe(0);
    expect(reader.complaints).toEqual([]);
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
