import { ApiKeysService, WorkspacesService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">‮gnp.exe';

/** A template with a stranger's markup in every text, written from right to left. */
const hostile = {
  name: 'hostile',
  language: 'ar',
  status: 'REJECTED',
  rejected_reason: 'PROMOTIONAL',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: `${HOSTILE} {{1}}`.slice(0, 60) },
    { type: 'BODY', text: `*${HOSTILE}* {{1}} مرحبا.`, example: { body_text: [[HOSTILE]] } },
    { type: 'FOOTER', text: '<script>document.title="taken"</script>' },
    { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: '<b>Yes</b>' }] },
  ],
};

describeInBrowser('The page of templates', () => {
  let app: ConsoleApp;
  let window: Window;
  const page = () => window.page;
  const rows = () => page().locator('tbody tr');
  const panel = () => page().locator('.panel');
  const signIn = async (own: Window, key: string, path = 'templates') => {
    await own.page.goto(`${app.url}/${path}`);
    await own.page.fill('input[name=key]', key);
    await own.page.keyboard.press('Enter');
  };
  const open = async (name: string) => {
    await page().goto(`${app.url}/templates?q=${name}`);
    await page().locator('.row-link').first().click();
    await panel().locator('.phone').waitFor();
  };

  beforeAll(async () => {
    app = await ConsoleApp.start();
    app.meta.account.addTemplate(hostile);
    window = await Window.open();
    await signIn(window, await app.newKey());
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  it('says what will be there, and fetches what Meta has', async () => {
    await page().getByRole('heading', { name: 'Templates' }).waitFor();
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Fetch from Meta' }).click();
    await expect.poll(() => rows().count()).toBe(Object.keys(sampleTemplates).length + 1);
    await window.expectAccessible();
  });

  it('keeps in its address what it shows', async () => {
    await page().getByLabel('Status').selectOption('REJECTED');
    await expect.poll(() => rows().count()).toBe(1);
    expect(new URL(page().url()).search).toBe('?status=REJECTED');
    await page().reload();
    await expect.poll(() => rows().count()).toBe(1);
    await page().getByLabel('Part of the name').fill('welc');
    await page().keyboard.press('Enter');
    await page().getByText('No template fits these filters.').waitFor();
    await page().getByRole('link', { name: 'Clear filters' }).first().click();
    await expect.poll(() => rows().count()).toBeGreaterThan(1);
  });

  it('shows texts of strangers as they are, from right to left, and says why Meta rejected them', async () => {
    await open('hostile');
    await panel().getByText('It promotes something, which only a marketing template may.').waitFor();
    expect(await panel().locator('.phone').innerText()).toContain('<script>document.title="taken"</script>');
    expect(await panel().locator('.phone-bubbles').getAttribute('dir')).toBe('rtl');
    expect(await panel().locator('.phone :is(img, script, b)').count()).toBe(0);
    expect(await panel().locator('.phone mark').allInnerTexts()).toContain('{{1}}');
    expect(await page().title()).toBe('Templates · WhatsApp');
    await window.expectAccessible();
  });

  it.each(['tropical_fruits', 'caribbean_offer', 'courier_nearby', 'login_code', 'order_shipped', 'product_tour'])(
    'shows %s as on a phone',
    async (name) => {
      await open(name);
      const sample = Object.values(sampleTemplates).find((template) => template.name === name);
      const shown = await panel().locator('.phone').innerText();
      for (const text of labelsIn(sample?.components ?? [])) expect(shown).toContain(text);
    },
  );

  it('fills the phone as one types, names every problem of a test next to its field, and sends it once', async () => {
    await open('welcome_message');
    expect(await panel().locator('form input').count()).toBe(3);
    await panel().getByRole('button', { name: 'Send test' }).click();
    await panel().locator('.field-problems').first().waitFor();
    expect(await panel().locator('.field-problems').count()).toBe(3);
    await window.expectAccessible();
    await panel().getByLabel('{{name}}').fill('Ana <b>');
    await panel().getByLabel('{{company}}').fill('Acme');
    expect(await panel().locator('.phone').innerText()).toContain('Gracias Ana <b> por unirte a Acme.');
    await page().reload();
    expect(await panel().getByLabel('{{company}}').inputValue()).toBe('Acme');
    await panel().getByLabel('Send to').fill('+5491155550077');
    await panel().getByRole('button', { name: 'Send test' }).click();
    await panel().getByText('Sent:').waitFor();
    await panel().getByRole('button', { name: 'Send test' }).click();
    await panel()
      .getByRole('link', { name: /^Message \d+$/ })
      .click();
    await page().getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(app.meta.sendsTo('+5491155550077')).toBe(1);
  });

  it('creates a template: all problems at once, nothing typed is lost', async () => {
    await page().goto(`${app.url}/templates`);
    await page().getByRole('link', { name: 'New template' }).click();
    await page().getByLabel('Name').fill('Bad Name');
    await page().getByLabel('Body').fill('Hi {{1}}, your order comes at {{3}}');
    await page().getByRole('button', { name: 'Add a button' }).click();
    await page().getByRole('button', { name: 'Create template' }).click();
    const problems = page().locator('.problem-list li');
    await problems.first().waitFor();
    expect(await problems.allInnerTexts()).toEqual([
      expect.stringContaining('Name must be lower-case'),
      expect.stringContaining('Body ends with a variable'),
      expect.stringContaining('Body must number its variables'),
      'Body Write an example for each variable.',
      'Button 1, Label is missing; write a text.',
    ]);
    await window.expectAccessible();
    await page().reload();
    expect(await page().getByLabel('Name').inputValue()).toBe('Bad Name');
    await page().getByLabel('Name').fill('order_comes');
    await page().getByLabel('Body').fill('Hi {{1}}, your *order* comes at {{2}} today.');
    await page().getByLabel('{{1}}').fill('Ana');
    await page().getByLabel('{{2}}').fill('10:30');
    await page().getByLabel('Label').fill('Thanks');
    expect(await page().locator('.phone').innerText()).toContain('Hi Ana, your order comes at 10:30 today.');
    await page().getByRole('button', { name: 'Create template' }).click();
    await panel().getByText('In review').waitFor();
    expect(app.meta.account.template('order_comes', 'en')?.components).toMatchObject([
      {
        type: 'BODY',
        text: 'Hi {{1}}, your *order* comes at {{2}} today.',
        example: { body_text: [['Ana', '10:30']] },
      },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Thanks' }] },
    ]);
    await page().goto(`${app.url}/templates/new`);
    expect(await page().getByLabel('Name').inputValue()).toBe('');
  });

  it('edits a template and keeps what the form does not have', async () => {
    await open('tropical_fruits');
    await panel().getByRole('link', { name: 'Edit' }).click();
    await page().getByText('Kept as they are: CAROUSEL.').waitFor();
    await window.expectAccessible();
    await page().getByLabel('Body').fill('Rare fruits, {{1}}. Use {{2}} today.');
    await page().getByRole('button', { name: 'Send to review' }).click();
    await panel().locator('.phone').getByText('Rare fruits, ').waitFor();
    const edited = app.meta.account.template('tropical_fruits', 'en_US');
    expect(edited?.components).toMatchObject([{ text: 'Rare fruits, {{1}}. Use {{2}} today.' }, { type: 'CAROUSEL' }]);
  });

  it('asks once before it deletes one', async () => {
    await open('hello_world');
    await panel().getByRole('button', { name: 'Delete' }).click();
    const dialog = page().getByRole('dialog');
    await dialog.getByText('Delete template “hello_world” (en_US) at Meta.', { exact: false }).waitFor();
    await window.expectAccessible();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page().getByText('No template fits these filters.').waitFor();
    expect(app.meta.account.template('hello_world', 'en_US')).toBeUndefined();
  });

  it('follows what Meta reports of a template', async () => {
    await open('summer_sale');
    const sale = app.meta.account.template('summer_sale', 'en_US');
    if (sale) sale.status = 'PAUSED';
    await panel().getByText('Too many people blocked or reported it').waitFor();
    expect(await panel().getByRole('button', { name: 'Send test' }).count()).toBe(0);
  });

  it('lets people do what their key may, and shows no other workspace’s templates', async () => {
    await using reader = await Window.open();
    const key = await app.newKey('templates.read', 'messages.read');
    await signIn(reader, key);
    await reader.page.locator('.row-link').first().click();
    await reader.page.locator('.panel .phone').waitFor();
    for (const name of ['Send test', 'Delete']) {
      expect(await reader.page.getByRole('button', { name }).count()).toBe(0);
    }
    expect(await reader.page.getByRole('link', { name: /^(?:Edit|New template)$/ }).count()).toBe(0);
    const id = new URL(reader.page.url()).pathname.split('/').at(-1) ?? '';
    const request = (method: string, path: string, own: string) =>
      app.app.fetch(`/whatsapp/console/api/templates${path}`, {
        method,
        headers: { 'x-api-key': own, 'x-whatsapp-console': '1', 'content-type': 'application/json' },
        ...(method === 'POST' && { body: '{}' }),
      });
    const refused = [
      ['POST', ''],
      ['POST', `/${id}/edit`],
      ['POST', `/${id}/send`],
      ['DELETE', `/${id}`],
    ] as const;
    for (const [method, path] of refused) expect((await request(method, path, key)).status).toBe(403);
    const { name: workspace } = await app.app.get(WorkspacesService).ensure('elsewhere');
    const { key: theirs } = await app.app.get(ApiKeysService).create({ name: 'Theirs', workspace });
    expect((await request('GET', `/${id}`, theirs)).status).toBe(404);
    expect((await request('DELETE', `/${id}`, theirs)).status).toBe(404);
    expect(await (await request('GET', '', theirs)).json()).toEqual({ templates: [], total: 0 });
    const wrong = await app.app.fetch('/whatsapp/console/api/templates', {
      method: 'POST',
      headers: { 'x-api-key': await app.newKey(), 'x-whatsapp-console': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ name: 5, components: [{ type: 'BODY', text: 5 }] }),
    });
    expect([wrong.status, Object.keys((await wrong.json()).details)]).toEqual([
      400,
      ['name', 'language', 'category', 'components'],
    ]);
    expect(reader.complaints).toEqual([]);
  });

  it('fits a phone', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    for (const path of ['templates', 'templates/new', 'templates?q=tropical']) {
      await page().goto(`${app.url}/${path}`);
      await page().locator('.row-link, .draft').first().waitFor();
      expect(await page().evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await window.expectAccessible();
    }
    await page().locator('.row-link').first().click();
    await panel().locator('.phone').waitFor();
    expect(await panel().evaluate('document.querySelector(".panel-body").scrollWidth')).toBeLessThanOrEqual(390);
    await window.expectAccessible();
  });

  it('made the browser complain of nothing but what was refused', () => {
    expect(window.complaints.filter((text) => !text.includes('400 (Bad Request)'))).toEqual([]);
  });
});

/** Texts without variables that a phone shows. */
function labelsIn(components: readonly object[]): string[] {
  return components.flatMap((component) =>
    Object.entries(component).flatMap(([name, value]: [string, unknown]): string[] => {
      if (Array.isArray(value) && name !== 'example') return labelsIn(value);
      if (name !== 'text' || typeof value !== 'string' || /[{*]/.test(value)) return [];
      return [value];
    }),
  );
}
