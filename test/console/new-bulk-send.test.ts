import { setImmediate } from 'node:timers/promises';
import { ApiKeysService, BulkService, ContactsService } from 'nestjs-whatsapp';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { adapters } from '../support/test-app.js';
import { ConsoleApp } from './console-app.js';

const { name: template_name, language } = sampleTemplates.named;
/** Bytes of what an app takes of other bodies: Express 100 kB, Fastify 1 MiB. */
const OTHER_BODIES = 1024 * 1024;
const COLUMNS = 'phone,variables.name,,variables.company';

describe.each(adapters)('A bulk send from a list by the API of the console on $adapter', ({ adapter }) => {
  let app: ConsoleApp;
  let cookie: string;

  beforeAll(async () => {
    app = await ConsoleApp.start({ adapter, options: { workers: false } });
    cookie = await cookieOf(await app.newKey());
  });
  afterAll(() => app[Symbol.asyncDispose]());

  async function cookieOf(key: string): Promise<string> {
    const headers = { 'x-whatsapp-console': '1', 'content-type': 'application/json' };
    const answer = await fetch(`${app.url}/api/session`, { method: 'POST', headers, body: JSON.stringify({ key }) });
    return answer.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
  }

  async function post(path: string, body: string | Blob, query: Record<string, string> = {}, headers = {}) {
    const response = await fetch(`${app.url}/api/bulk-sends${path}?${new URLSearchParams(query).toString()}`, {
      method: 'POST',
      headers: { 'x-whatsapp-console': '1', 'content-type': 'text/csv; charset=utf-8', cookie, ...headers },
      body,
    });
    return { status: response.status, answer: JSON.parse(await response.text()) };
  }

  const asked = { template_name, language, columns: COLUMNS, has_header: 'true' };

  it('reads the first rows as they are written, whatever is between the cells', async () => {
    const list = 'Teléfono;Nombre;\n\n\'+5491112345678;"Ana; <b>María</b>";x\n';
    expect(await post('/rows', list)).toEqual({
      status: 200,
      answer: {
        rows: [
          ['Teléfono', 'Nombre', ''],
          ['+5491112345678', 'Ana; <b>María</b>', 'x'],
        ],
      },
    });
    const cut = await post('/rows', '1,2\n3,4\n5,', { is_cut: 'true' });
    expect(cut.answer).toEqual({
      rows: [
        ['1', '2'],
        ['3', '4'],
      ],
    });
    const long = await post('/rows', 'a,b\n'.repeat(5_000));
    expect(long.answer.rows).toHaveLength(101);
    expect(await post('/rows', 'a,"b')).toMatchObject({
      status: 400,
      answer: { details: { body: [expect.any(String)] } },
    });
  });

  it('checks a list: problems by row, duplicates, people who opted out, time and limit', async () => {
    // Meta lets a business block only those who wrote to it lately.
    app.meta.phoneNumber.receive({ type: 'text', from: '+5491112345001', text: { body: 'Hola' } });
    await vi.waitFor(() => app.app.get(ContactsService).block('+5491112345001'), { timeout: 10_000 });
    const list = [
      'tel,nombre,nota,empresa',
      '+5491112345000,Ana,,Acme',
      '',
      '12,Bob,ignored,Acme',
      '+5491112345000,Ana,again,Acme',
      '+5491112345001,Eva,,Acme',
      '+5491112345002,,,Acme',
    ].join('\n');
    const { status, answer } = await post('/check', list, asked);
    expect([status, answer]).toEqual([
      200,
      {
        total: 5,
        recipients: 1,
        duplicates: 1,
        refused: 1,
        invalid: 2,
        problem_count: 2,
        problems: [
          { row: 4, field: 'phone', message: expect.any(String) },
          { row: 7, field: 'variables.name', message: expect.any(String) },
        ],
        estimated_time_minutes: expect.any(Number),
        quota: expect.objectContaining({ can_send: true, quota_needed: 1 }),
        cost: null,
      },
    ]);
  });

  it('sends to a list with values that are the same for all, once for each key', async () => {
    const query = {
      ...asked,
      columns: ',phone,variables.name',
      values: JSON.stringify({ 'variables.company': 'Acme' }),
      has_header: 'false',
      name: 'Noviembre',
      scheduled_at: '2099-01-01T12:00:00-03:00',
    };
    const key = { 'idempotency-key': 'click-1' };
    const [first, again] = [
      await post('', 'x\t+54 9 11 1234-5678\tAna\n', query, key),
      await post('', 'x\t+54 9 11 1234-5678\tAna\n', query, key),
    ];
    expect(first).toMatchObject({
      status: 202,
      answer: { name: 'Noviembre', status: 'SCHEDULED', scheduled_at: '2099-01-01T15:00:00.000Z', total_recipients: 1 },
    });
    expect(again.answer.id).toBe(first.answer.id);
    const { items } = await app.app.get(BulkService).messages(String(first.answer.id));
    expect(items).toMatchObject([
      { recipientPhone: '5491112345678', content: { variables: { name: 'Ana', company: 'Acme' } } },
    ]);
  });

  it('sends nothing if anything is wrong, and names the row', async () => {
    const { total } = await app.app.get(BulkService).list();
    expect(await post('', '+5491112345678,Ana,,Acme\n\n,Bob,,Acme\n', { ...asked, has_header: 'false' })).toMatchObject(
      {
        status: 400,
        answer: { details: { 'rows[3].phone': [expect.any(String)] } },
      },
    );
    expect((await app.app.get(BulkService).list()).total).toBe(total);
  });

  it.each([
    [{ columns: 'variables.name' }, 'columns'],
    [{ columns: 'phone,phone' }, 'columns'],
    [{ columns: 'phone,__proto__.x' }, 'columns'],
    [{ columns: 'phone,cards[0].variables.__proto__.polluted' }, 'columns'],
    [{ values: '{"variables.name":1}' }, 'values'],
    [{ values: '[' }, 'values'],
    [{ has_header: 'yes' }, 'has_header'],
    [{ template_name: '' }, 'template_name'],
    [{ scheduled_at: 'tomorrow' }, 'scheduled_at'],
  ])('refuses %j', async (wrong, path) => {
    const { status, answer } = await post('/check', '+5491112345678,Ana,,Acme\n', { ...asked, ...wrong });
    expect([status, Object.keys(answer.details)]).toEqual([400, [path]]);
  });

  it('reads a list larger than what it takes of other bodies, and says at which row something is wrong', async () => {
    const note = 'x'.repeat(OTHER_BODIES / 5_000);
    const rows = Array.from({ length: 5_000 }, (_, index) => `+54911${20_000_000 + index},Ana,${note},Acme`);
    rows[4_998] = `nothing,Ana,${note},Acme`;
    const { answer } = await post('/check', ['a,b,c,d', ...rows].join('\n'), asked);
    expect(answer).toMatchObject({ total: 5_000, recipients: 4_999, problems: [{ row: 5_000, field: 'phone' }] });
  });

  it('reads a list as it comes, and of one without an end no more than it needs', async () => {
    const body = new ReadableStream<Uint8Array>({
      async pull(list) {
        await setImmediate();
        list.enqueue(Buffer.from('+5491112345678,Ana,,Acme\n'));
      },
    });
    const headers = { 'x-whatsapp-console': '1', 'content-type': 'text/csv', cookie };
    const init = { method: 'POST', headers, body, duplex: 'half' } as const;
    const response = await fetch(`${app.url}/api/bulk-sends/rows`, init);
    expect([response.status, (await response.json()).rows.length]).toEqual([200, 101]);
  });

  it('takes what is no list as such, and lets only those send who may', async () => {
    const json = await post('/check', '{}', asked, { 'content-type': 'application/json' });
    expect([json.status, json.answer.details]).toEqual([400, { body: [expect.stringContaining('text/csv')] }]);
    const { key } = await app.app.get(ApiKeysService).create({ name: 'Other', workspace: 'other' });
    const reader = { cookie: await cookieOf(await app.newKey('messages.read')) };
    for (const path of ['', '/check', '/rows']) {
      expect((await post(path, '', asked, reader)).status).toBe(403);
      expect((await post(path, '', asked, { 'x-whatsapp-console': '' })).status).toBe(403);
    }
    expect(await post('/check', '', asked, { cookie: await cookieOf(key) })).toMatchObject({
      status: 404,
      answer: { code: 'PHONE_NUMBER_NOT_FOUND' },
    });
  });
});
