import { ConsoleLinksService, ConversationsService, MediaService, TemplatesService } from 'nestjs-whatsapp';
import { type InboundMessage, sampleTemplates } from 'nestjs-whatsapp/testing';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeInBrowser, Window } from '../support/browser.js';
import { ConsoleApp } from './console-app.js';

const HOSTILE = '<img src=x onerror="document.title=\'taken\'">‮gnp.exe';
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const DAY = 86_400_000;

describeInBrowser('The inbox of the console', () => {
  let app: ConsoleApp;
  let window: Window;
  let conversations: ConversationsService;
  const page = () => window.page;

  beforeAll(async () => {
    app = await ConsoleApp.start();
    conversations = app.app.get(ConversationsService);
    await app.app.get(TemplatesService).sync();
    window = await Window.open();
    await page().goto(`${app.url}/inbox`);
    await page().fill('input[name=key]', await app.newKey());
    await page().keyboard.press('Enter');
    await page().getByRole('heading', { name: 'Inbox' }).waitFor();
  });
  afterAll(async () => {
    await window[Symbol.asyncDispose]();
    await app[Symbol.asyncDispose]();
  });

  /** What a customer wrote, once it is in their conversation. @returns the row of that */
  async function wrote(from: string, ...messages: readonly Partial<InboundMessage>[]): Promise<number> {
    const before = (await conversations.list({ search: from })).items[0]?.unreadCount ?? 0;
    for (const message of messages) {
      app.meta.phoneNumber.receive({ type: 'text', from, profileName: 'Ana', ...message });
    }
    return vi.waitFor(async () => {
      const [found] = (await conversations.list({ search: from })).items;
      expect(found?.unreadCount).toBe(before + messages.length);
      return found?.id ?? 0;
    });
  }
  const open = async (id: number) => {
    await page().goto(`${app.url}/inbox/${id}`);
    await page().getByRole('log').waitFor();
  };
  const bubble = (text: string) => page().locator('.said', { hasText: text });
  const composer = () => page().getByLabel('Message', { exact: true });

  it('says what will appear while there is nothing', async () => {
    await page().getByText('Conversations appear here once a customer writes').waitFor();
    expect(await page().locator('.conversation').count()).toBe(0);
    await window.expectAccessible();
  });

  it('shows who wrote, the latest first, and nothing unread once it is looked at', async () => {
    const from = '5491155550001';
    await wrote('5491155550002', { text: { body: 'Earlier' }, profileName: HOSTILE });
    const id = await wrote(from, { text: { body: 'Is the *blue one* there?' } });
    const first = page().locator('.conversation').first();
    await expect.poll(() => first.innerText()).toContain('Is the *blue one* there?');
    expect(await first.innerText()).toContain('1 unread message');
    await page().getByRole('link', { name: 'Ana' }).click();
    await page().locator('.bubble strong', { hasText: 'blue one' }).waitFor();
    await expect.poll(async () => (await conversations.get(id)).unreadCount).toBe(0);
    await expect.poll(() => first.locator('.unread-count').count()).toBe(0);
    expect(new URL(page().url()).pathname).toBe(`/whatsapp/console/inbox/${id}`);
    await window.expectAccessible();
  });

  it('answers by text with Ctrl+Enter, and shows at once that it is on its way', async () => {
    await composer().fill('Yes, *two* of them');
    await page().keyboard.press('Control+Enter');
    await bubble('two of them').getByText('Read').waitFor();
    expect(await composer().inputValue()).toBe('');
    expect(app.meta.sendsTo('+5491155550001')).toBe(1);
  });

  it('replies to a message, and reacts to it', async () => {
    const customers = bubble('Is the blue one there?').filter({ hasNotText: 'You: ' });
    await customers.first().getByRole('button', { name: 'Reply to this message' }).click();
    await composer().fill('This one');
    await page().getByRole('button', { name: 'Send', exact: true }).click();
    await page().locator('.said.ours .quote', { hasText: 'Is the *blue one* there?' }).waitFor();
    await page().locator('.said.theirs').first().getByRole('button', { name: 'React', exact: true }).click();
    await page().getByRole('button', { name: 'React with 🙏' }).click();
    await page().locator('.said.theirs .reactions', { hasText: '🙏' }).waitFor();
    const sent = app.meta.messagesTo('+5491155550001').map(({ body }) => body);
    expect(sent).toMatchObject([{}, { context: { message_id: expect.any(String) } }, { type: 'reaction' }]);
  });

  it('keeps what is being written, over a reload and an outage, and sends it once', async () => {
    await composer().fill('Do not lose me');
    await page().reload();
    await expect.poll(() => composer().inputValue()).toBe('Do not lose me');
    await window.context.setOffline(true);
    await composer().press('Control+Enter');
    await page().getByText('The server cannot be reached. Your text is kept.').waitFor();
    expect(await composer().inputValue()).toBe('Do not lose me');
    await window.context.setOffline(false);
    // Of the requests while it was offline.
    window.complaints.length = 0;
    await composer().press('Control+Enter');
    await bubble('Do not lose me').getByText('Read').waitFor();
    expect(await bubble('Do not lose me').count()).toBe(1);
    await page().reload();
    await bubble('Do not lose me').waitFor();
    expect(await composer().inputValue()).toBe('');
  });

  it('sends a file, shows it, and says what WhatsApp does not take', async () => {
    const input = page().getByLabel('Attach a file');
    await input.setInputFiles({ name: 'photo.png', mimeType: 'image/png', buffer: PNG });
    await composer().fill('As promised');
    await page().getByRole('button', { name: 'Send', exact: true }).click();
    await bubble('As promised').locator('img').waitFor();
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="document.title=\'taken\'"/>');
    await input.setInputFiles({ name: `${HOSTILE}.svg`, mimeType: 'image/svg+xml', buffer: svg });
    await composer().fill('And this');
    await page().getByRole('button', { name: 'Send', exact: true }).click();
    await page()
      .getByText(/is of a type that WhatsApp does not take/)
      .waitFor();
    expect(await composer().inputValue()).toBe('And this');
    expect(await page().locator('.attached').innerText()).toContain('<img src=x onerror=');
    window.complaints.length = 0;
    await page().getByRole('button', { name: 'Leave the file out' }).click();
    await composer().fill('');
  });

  it('shows what strangers send as it is, and runs none of it', async () => {
    const from = '5491155550003';
    const media = app.app.get(MediaService);
    const html = new TextEncoder().encode(`<script>parent.document.title='taken'</script>${HOSTILE}`);
    const { mediaId: text } = await media.upload({ file: html, mimeType: 'text/plain' });
    const { mediaId: image } = await media.upload({ file: html, mimeType: 'image/png' });
    const id = await wrote(
      from,
      { text: { body: `${HOSTILE} javascript:alert(1) https://example.com/?q=<b>` } },
      {
        type: 'document',
        document: { id: text, mime_type: 'text/html', filename: `${HOSTILE}.html`, caption: HOSTILE },
      },
      { type: 'image', image: { id: image, mime_type: 'image/svg+xml', caption: HOSTILE } },
      {
        type: 'location',
        location: { latitude: 1, longitude: 2, name: HOSTILE, address: HOSTILE, url: 'javascript:1' },
      },
      { type: 'contacts', contacts: [{ name: { formatted_name: HOSTILE }, phones: [{ phone: HOSTILE }] }] },
      { type: 'button', button: { payload: HOSTILE, text: HOSTILE } },
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"a":"<b>"}', body: HOSTILE } },
      },
      { type: 'order', order: { product_items: [{ product_retailer_id: HOSTILE, quantity: HOSTILE }] } },
      { type: 'unsupported', unsupported: { type: HOSTILE } },
      { text: { body: 'ad' }, referral: { headline: HOSTILE, source_url: 'javascript:1' } },
    );
    await conversations.update(id, { label: HOSTILE, assignedTo: HOSTILE });
    await page().setViewportSize({ width: 1440, height: 900 });
    await open(id);
    await bubble('Came from an ad').waitFor();
    await page().getByRole('heading', { name: 'Details' }).waitFor();
    // It is said to be a picture, and is none.
    await page().locator('.file.picture').scrollIntoViewIfNeeded();
    await page().locator('.file.picture').getByRole('button', { name: 'Save' }).waitFor();
    const save = page().waitForEvent('download');
    await bubble('.html').getByRole('button', { name: 'Save' }).click();
    expect((await save).suggestedFilename()).toMatch(/\.html$/);
    expect(await page().title()).toBe('Inbox · WhatsApp');
    expect(await page().locator('img[src=x], script:not([src]), .bubble b').count()).toBe(0);
    expect(await page().locator('a[href^="javascript:"]').count()).toBe(0);
    await window.expectAccessible();
  });

  it('marks what was edited and deleted, and shows who reacted', async () => {
    const from = '5491155550004';
    const ids = ['wamid.edited', 'wamid.deleted'];
    const id = await wrote(from, { id: ids[0], text: { body: 'Tpyo' } }, { id: ids[1], text: { body: 'Oops' } });
    await open(id);
    await bubble('Tpyo').waitFor();
    const later = [
      { type: 'edit', edit: { original_message_id: ids[0], message: { type: 'text', text: { body: 'Typo' } } } },
      { type: 'revoke', revoke: { original_message_id: ids[1] } },
      { type: 'reaction', reaction: { message_id: ids[0] ?? '', emoji: '👍' } },
    ] as const;
    for (const message of later) app.meta.phoneNumber.receive({ from, ...message });
    await bubble('Typo').getByText('Edited').waitFor();
    await bubble('Oops').getByText('Deleted by the customer').waitFor();
    await bubble('Typo').locator('.reactions', { hasText: '👍' }).waitFor();
    expect(await page().locator('.said').count()).toBe(2);
  });

  it('takes templates alone once the window is closed, with what each asks for', async () => {
    const from = '5491155550005';
    const id = await wrote(from, { text: { body: 'Hello' }, at: Date.now() - 2 * DAY });
    await open(id);
    await page().getByText('only a template can be sent').waitFor();
    expect(await composer().count()).toBe(0);
    await page()
      .getByRole('button', { name: new RegExp(sampleTemplates.named.name) })
      .click();
    await page().getByRole('button', { name: 'Send this template' }).click();
    await page().locator('.field-problems').first().waitFor();
    window.complaints.length = 0;
    for (const input of await page().locator('.template-fill input').all()) await input.fill('Ana');
    await page().reload();
    await expect.poll(() => page().locator('.template-fill input').first().inputValue()).toBe('Ana');
    await window.expectAccessible();
    await page().getByRole('button', { name: 'Send this template' }).click();
    await bubble('Gracias Ana por unirte a Ana').getByText('Read').waitFor();
    expect(app.meta.sendsTo(`+${from}`)).toBe(1);
  });

  it('files a conversation: label, assignee, closed and open again', async () => {
    const id = await wrote('5491155550006', { text: { body: 'File me' }, profileName: 'Filed' });
    await open(id);
    const details = page().locator('.details');
    await details.getByLabel('Label').fill('VIP');
    await details.getByLabel('Label').press('Enter');
    await details.getByText('Saved').waitFor();
    await details.getByRole('button', { name: 'Assign to me' }).click();
    await page().locator('.conversation', { hasText: 'Filed' }).getByText('Support').waitFor();
    await page().getByRole('button', { name: 'Close conversation' }).click();
    await page().getByText('This conversation is closed.').waitFor();
    await expect.poll(() => page().locator('.conversation', { hasText: 'Filed' }).count()).toBe(0);
    await page().getByRole('button', { name: 'Closed' }).click();
    await page().locator('.conversation', { hasText: 'Filed' }).waitFor();
    await page().getByRole('button', { name: 'Reopen' }).click();
    await expect.poll(async () => (await conversations.get(id)).status).toBe('active');
    expect(await conversations.get(id)).toMatchObject({ label: 'VIP', assignedTo: 'Support' });
  });

  it('loads what is older without moving what one reads', async () => {
    const from = '5491155550007';
    const texts = Array.from({ length: 70 }, (_, index) => ({
      text: { body: `Line ${index}.` },
      at: Date.now() - DAY + index * 1_000,
    }));
    const id = await wrote(from, ...texts);
    await open(id);
    await bubble('Line 69.').waitFor();
    expect(await bubble('Line 3.').count()).toBe(0);
    await bubble('Line 20.').scrollIntoViewIfNeeded();
    await bubble('Line 3.').waitFor({ state: 'attached' });
    await page().getByText('The conversation begins here.').waitFor({ state: 'attached' });
    const place = (await bubble('Line 20.').boundingBox())?.y;
    expect(place).toBeGreaterThan(0);
    app.meta.phoneNumber.receive({ type: 'text', from, text: { body: 'And the last.' } });
    await page().getByRole('button', { name: '1 new message' }).waitFor();
    expect((await bubble('Line 20.').boundingBox())?.y).toBe(place);
    await page().getByRole('button', { name: '1 new message' }).click();
    await bubble('And the last.').waitFor();
    await expect.poll(() => page().getByRole('button', { name: '1 new message' }).count()).toBe(0);
  });

  it('is used by keyboard, and searched', async () => {
    await page().goto(`${app.url}/inbox`);
    await page().locator('.conversation').first().waitFor();
    await page().getByLabel('Name or number').fill('Filed');
    await expect.poll(() => page().locator('.conversation').count()).toBe(1);
    await page().locator('h1').click();
    await page().keyboard.press('j');
    await page().keyboard.press('Enter');
    await page().getByRole('log').waitFor();
    await page().keyboard.press('Escape');
    await page().getByText('Choose a conversation.').waitFor();
    expect(new URL(page().url()).search).toBe('?q=Filed');
  });

  it('fits a phone: the list, then the conversation, then the person', async () => {
    await page().setViewportSize({ width: 390, height: 844 });
    await page().goto(`${app.url}/inbox`);
    const fits = async () => {
      expect(
        await page().evaluate('[document.documentElement.scrollWidth, document.documentElement.scrollHeight]'),
      ).toEqual([390, 844]);
      await window.expectAccessible();
    };
    await page().locator('.conversation').first().waitFor();
    await fits();
    await page().locator('.conversation a').first().click();
    await page().getByRole('log').waitFor();
    await fits();
    await page().getByRole('button', { name: 'Details' }).click();
    await page().getByRole('heading', { name: 'Details' }).waitFor();
    await fits();
    await page().keyboard.press('Escape');
    await page().getByRole('button', { name: 'Back to the conversations' }).click();
    await page().locator('.conversation').first().waitFor();
  });

  it('made the browser complain of nothing', () => {
    expect(window.complaints).toEqual([]);
  });
});

describeInBrowser('The inbox in a frame of another site', () => {
  it('shows the conversations of its link alone, answers them, and ends with it', async () => {
    const host = createServer((request, response) => {
      const src = new URL(request.url ?? '', 'http://host').searchParams.get('src') ?? '';
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Host</title><iframe title="Inbox" width="1000" height="700" src="${src}"></iframe>`,
      );
    });
    await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
    const address = host.address();
    const origin = `http://localhost:${typeof address === 'object' ? address?.port : ''}`;
    await using app = await ConsoleApp.start({ adapter: 'Fastify', console: { frameAncestors: [origin] } });
    await using window = await Window.open();
    const conversations = app.app.get(ConversationsService);
    const links = app.app.get(ConsoleLinksService);
    for (const [from, body] of [
      ['5491155550001', 'For sales'],
      ['5491155550002', 'For care'],
    ] as const) {
      app.meta.phoneNumber.receive({ type: 'text', from, profileName: body, text: { body } });
    }
    const found = await vi.waitFor(async () => {
      const { items } = await conversations.list();
      expect(items).toHaveLength(2);
      return items;
    });
    for (const { id, contact } of found) await conversations.update(id, { label: contact.profileName });

    const link = await links.create({ label: 'For sales' });
    await window.page.goto(`${origin}/?src=${encodeURIComponent(app.app.url + link.path)}`);
    const frame = window.page.frameLocator('iframe');
    await frame.getByRole('link', { name: 'For sales' }).click();
    expect(await frame.locator('.conversation').count()).toBe(1);
    expect(await frame.locator('.nav, .bar').count()).toBe(0);
    await frame.getByLabel('Message', { exact: true }).fill('Hello from the frame');
    await frame.getByRole('button', { name: 'Send', exact: true }).click();
    await frame.locator('.said.ours', { hasText: 'Hello from the frame' }).getByText('Read').waitFor();
    expect(window.complaints).toEqual([]);

    await links.revoke(link.id);
    await frame.getByText('This link has ended.').waitFor();
    host.close();
    host.closeAllConnections();
  });
});
