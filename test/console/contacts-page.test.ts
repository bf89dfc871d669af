import { ApiKeysService, ContactsService } from 'nestjs-whatsapp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">‮gnp.exe';

describeInBrowser('The page of contacts', () => {
  let app: ConsoleApp;
  let window: Window;
  let contacts: ContactsService;
  const page = () => window.page;
  const rows = () => page().locator('tbody tr');
  const path = () => new URL(page().url()).pathname.replace('/whatsapp/console', '') + new URL(page().url()).search;
  const panel = () => page().locator('.panel');

  beforeAll(async () => {
    app = await ConsoleApp.start();
    contacts = app.app.get(ContactsService);
    window = await Window.open();
    await page().goto(`${app.url}/contacts`);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().getByText('Everyone who writes to you appears here').waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('says what will be here while there is no one, and files the first', async () => {
    await window.expectAccessible();
    await page().getByRole('link', { name: 'New contact' }).click();
    await page().getByLabel('Phone number').fill('+54 9 11 5555-0001');
    await page().getByLabel('First name').fill('Ana');
    await page().getByLabel('Notes').fill(HOSTILE);
    // What is typed is there after a reload.
    await page().reload();
    expect(await page().getByLabel('First name').inputValue()).toBe('Ana');
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Create contact' }).click();
    await page()
      .getByRole('heading', { name: /Contact \d+/ })
      .waitFor();
    await page().getByRole('link', { name: 'Ana' }).waitFor();
    expect(await page().title()).toBe('Contacts · WhatsApp');
  });

  it('shows all of one, keeps changes, and the history of what they said of marketing', async () => {
    await panel().getByLabel('Groups').fill('vip, <b>north</b>');
    await panel().getByRole('button', { name: 'Save' }).click();
    await rows().getByText('<b>north</b>').waitFor();
    await panel().getByRole('button', { name: 'Note that they opted out' }).click();
    await panel().getByText('This person wants no marketing').waitFor();
    await panel().getByRole('button', { name: 'Note that they opted in' }).click();
    await expect.poll(() => panel().locator('.history li').count()).toBe(2);
    expect(await panel().locator('.history li').first().innerText()).toMatch(/Opted in\s+Entered by Support/);
    await window.expectAccessible();
    expect(await panel().locator('img').count()).toBe(0);
  });

  it('names every problem next to its field', async () => {
    await panel().getByLabel('E-mail').fill('no email');
    await panel().getByLabel('Phone number').fill('12');
    await panel().getByRole('button', { name: 'Save' }).click();
    await panel().getByText('There are 2 problems.').waitFor();
    expect(await panel().getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true');
    await window.expectAccessible();
    window.complaints.length = 0; // The browser's own note of the refusal.
    await page().keyboard.press('Escape');
    await panel().waitFor({ state: 'detached' });
  });

  it('blocks who wrote, and says why Meta refuses it of others', async () => {
    await rows().first().locator('.row-link').click();
    await panel().getByText('Block', { exact: true }).first().click();
    await panel().getByRole('button', { name: 'Block' }).click();
    await panel().getByRole('alert').waitFor();
    window.complaints.length = 0;
    app.meta.phoneNumber.openWindow('+5491155550001');
    await panel().getByLabel('Reason, for your team').fill(HOSTILE);
    await panel().getByRole('button', { name: 'Block' }).click();
    await panel().getByText(HOSTILE).waitFor();
    await rows().getByText('Blocked').waitFor();
    await panel().getByRole('button', { name: 'Unblock' }).click();
    await panel().getByText('Block', { exact: true }).first().waitFor();
    expect((await contacts.list({ isBlocked: true })).total).toBe(0);
    await page().keyboard.press('Escape');
  });

  it('imports a file, after a check with problems by line', async () => {
    await page().getByRole('link', { name: 'Import' }).click();
    const lines = ['Mobile,Name,Labels,Shoe', '+5491166660001,Bob,vip,43', `12,"${HOSTILE.replaceAll('"', '""')}",,`];
    const more = Array.from({ length: 60 }, (_, index) => `+54911777700${index + 10},"=1+1",north,`);
    const buffer = Buffer.from([...lines, ...more].join('\r\n'));
    await page().setInputFiles('input[type=file]', {
      name: 'people.csv',
      mimeType: 'application/vnd.ms-excel',
      buffer,
    });
    expect(await panel().getByLabel('Mobile').inputValue()).toBe('phone');
    await panel().getByLabel('Mobile').selectOption('');
    await panel().getByText('Choose which column has the phone number.').waitFor();
    await panel().getByLabel('Mobile').selectOption('phone');
    await panel().getByRole('button', { name: 'Check the file' }).click();
    await panel().getByText('61 new contacts').waitFor();
    await panel().getByText('1 line is left out').waitFor();
    await window.expectAccessible();
    expect((await contacts.list()).total).toBe(1);
    await panel().getByRole('button', { name: 'Import 61 contacts' }).click();
    await panel().getByText('The import is done.').waitFor();
    expect((await contacts.list()).total).toBe(62);
    await page().keyboard.press('Escape');
    await expect.poll(() => rows().count()).toBe(50);
    await page().getByRole('button', { name: 'Load more' }).click();
    await expect.poll(() => rows().count()).toBe(62);
  });

  it('keeps in its address what it shows, and exports that', async () => {
    await page().getByRole('combobox', { name: 'Group' }).selectOption('vip');
    await expect.poll(() => rows().count()).toBe(2);
    await page().getByRole('combobox', { name: 'Marketing' }).selectOption('opted_in');
    await expect.poll(() => rows().count()).toBe(1);
    expect(path()).toBe('/contacts?group=vip&consent=opted_in');
    await page().reload();
    await expect.poll(() => rows().count()).toBe(1);
    const download = page().waitForEvent('download');
    await page().getByRole('link', { name: 'Export' }).click();
    expect((await download).suggestedFilename()).toBe('contacts.csv');
    await page().locator('h1').click();
    await page().keyboard.press('j');
    await page().keyboard.press('Enter');
    await panel().getByText('Consent to marketing').waitFor();
    await page().getByRole('link', { name: 'Clear filters' }).waitFor();
  });

  it('erases someone, and asks once before, naming what goes', async () => {
    await panel().getByRole('button', { name: 'Erase this person' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText(/Erase .*Ana.*what was said/).waitFor();
    await window.expectAccessible();
    await dialog.getByRole('button', { name: 'Erase this person' }).click();
    await panel().waitFor({ state: 'detached' });
    await page().getByText('No contact fits these filters.').waitFor();
    expect(await contacts.lookup('+5491155550001')).toBeNull();
  });

  it('lets whoever may only read change nothing', async () => {
    const [bob] = (await contacts.list({ search: 'bob' })).items;
    const { key } = await app.app.get(ApiKeysService).create({ name: 'Reader', abilities: ['contacts.read'] });
    await using reader = await Window.open();
    await reader.page.goto(`${app.url}/contacts/${bob?.id}`);
    await reader.page.fill('input[name=key]', key);
    await reader.page.keyboard.press('Enter');
    await reader.page.getByText('Consent to marketing').waitFor();
    const shown = await reader.page.locator('button, a.button').allInnerTexts();
    expect(shown.filter((text) => /Save|Block|Erase|Note|New|Import|Messages/.test(text))).toEqual([]);
    await reader.expectAccessible();
    expect(reader.complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    await page().goto(`${app.url}/contacts`);
    await rows().first().waitFor();
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await rows().first().locator('.row-link').click();
    await panel().getByText('Consent to marketing').waitFor();
    expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await window.expectAccessible();
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});
