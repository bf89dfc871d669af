import { connect, type Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { BulkSendEntity, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { adapters } from '../support/test-app.js';
import { BulkApp, phoneOf, recipientOf, recipientsOf } from './bulk/bulk-app.js';

const CSV = 'text/csv';
const NDJSON = 'application/x-ndjson';

const csvOf = (recipients: readonly ReturnType<typeof recipientOf>[]) =>
  ['phone,name,company', ...recipients.map(({ phone, variables }) => [phone, ...Object.values(variables)].join())].join(
    '\n',
  );
const ndjsonOf = (recipients: readonly object[]) => recipients.map((recipient) => JSON.stringify(recipient)).join('\n');

describe.each(adapters)('Recipients that are uploaded on $adapter', ({ adapter }) => {
  let bulk: BulkApp;

  beforeAll(async () => {
    bulk = await BulkApp.start({ adapter });
  });
  afterAll(() => bulk[Symbol.asyncDispose]());
  beforeEach(() => bulk.meta.clear());

  it.each([
    ['CSV', CSV, csvOf(recipientsOf(2))],
    ['CSV of Windows', 'Text/CSV; charset="UTF-8"; header=present', csvOf(recipientsOf(2)).replaceAll('\n', '\r\n')],
    ['CSV with a byte order mark', CSV, `\uFEFF${csvOf(recipientsOf(2))}`],
    ['NDJSON', NDJSON, ndjsonOf(recipientsOf(2))],
    ['NDJSON with a charset', `${NDJSON}; charset=utf-8`, `${ndjsonOf(recipientsOf(2))}\n`],
  ])('are taken as %s, with the other fields in the query', async (_, type, text) => {
    const answer = await bulk.upload(type, text, { name: 'Upload', scheduled_at: '2099-01-01T00:00:00+03:00' });
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'scheduled', template_name: 'welcome_message', total_recipients: 2, unique_recipients: 2 },
    });
    const { body } = await bulk.get(`${answer.body.bulk_send_id}/messages/`);
    expect(body.results).toMatchObject([
      { recipient_phone: phoneOf(0), variables_used: { name: 'Person 0', company: 'Mi Empresa' } },
      { recipient_phone: phoneOf(1), variables_used: { name: 'Person 1', company: 'Mi Empresa' } },
    ]);
    expect((await bulk.get(`${answer.body.bulk_send_id}/`)).body).toMatchObject({
      name: 'Upload',
      scheduled_at: '2098-12-31T21:00:00.000Z',
    });
  });

  it('are taken wherever the host puts the surface', async () => {
    await using other = await BulkApp.start({
      adapter,
      globalPrefix: 'backend',
      options: { surfaces: { metaTemplates: { prefix: '/shops/:shop' } } },
    });
    const [, query = ''] = other.uploadPath({ dry_run: 'true' }).split('?');
    const answer = await fetch(`${other.app.url}/backend/shops/north/meta-templates/send-bulk?${query}`, {
      method: 'POST',
      headers: { 'x-api-key': other.app.key, 'content-type': CSV },
      body: csvOf(recipientsOf(2)),
    });
    expect(await answer.json()).toMatchObject({ dry_run: true, unique_recipients: 2 });
  });

  it('are sent', async () => {
    expect(await bulk.upload(CSV, csvOf(recipientsOf(3)))).toMatchObject({ status: 202, body: { status: 'queued' } });
    await bulk.meta.waitForMessages(3, 30_000);
    expect([0, 1, 2].map((index) => bulk.meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1]);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const)('may be compressed with %s', async (encoding, compress) => {
    const body = new Uint8Array(compress(csvOf(recipientsOf(2))));
    const answer = await bulk.upload(CSV, body, { dry_run: 'true' }, { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 200, body: { unique_recipients: 2 } });
  });

  it('are refused when they were damaged on their way', async () => {
    const body = new Uint8Array(gzipSync(csvOf(recipientsOf(100)))).subarray(0, 100);
    const answer = await bulk.upload(CSV, body, {}, { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ status: 400, body: { details: { body: ['could not be read to its end.'] } } });
  });

  it.each([
    ['in another encoding', CSV, { 'content-encoding': 'zstd' }, 'gzip, deflate or br'],
    ['in another character set', 'text/csv; charset=iso-8859-1', {}, 'UTF-8'],
    ['as something else', 'application/xml', {}, 'application/json, text/csv or application/x-ndjson'],
  ])('are refused %s', async (_, type, headers, problem) => {
    const answer = await bulk.upload(type, csvOf(recipientsOf(1)), {}, headers);
    expect(answer).toMatchObject({ status: 400, body: { details: { body: [expect.stringContaining(problem)] } } });
  });

  it('are not taken where only JSON is', async () => {
    const response = await fetch(`${bulk.app.url}/api/v1/meta-templates/send/`, {
      method: 'POST',
      headers: { 'x-api-key': bulk.app.key, 'content-type': CSV },
      body: csvOf(recipientsOf(1)),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      details: { body: ['must be sent with Content-Type: application/json.'] },
    });
  });

  it.each([
    ['CSV', CSV, csvOf],
    ['NDJSON', NDJSON, ndjsonOf],
  ] as const)('may be more than the limit of a JSON body as %s', async (name, type, write) => {
    const company = 'x'.repeat(900);
    const recipients = Array.from({ length: 6_000 }, (_, index) => recipientOf(index % 9, { name, company }));
    const body = write(recipients);
    expect(body.length).toBeGreaterThan(5 * 1024 * 1024);
    const answer = await bulk.upload(type, body, { dry_run: 'true' });
    expect(answer).toMatchObject({
      status: 200,
      body: { total_recipients: 6_000, unique_recipients: 9, problem_count: 0 },
    });
  });

  it('have all their problems named by recipient, and lines that cannot be read by line', async () => {
    const before = await bulk.count();
    const ndjson = ['{"phone":', '', ndjsonOf([recipientOf(0)]), '{"phone":"12"}', '[]'].join('\n');
    expect((await bulk.upload(NDJSON, ndjson)).body.details).toEqual({
      'recipients[0]': [expect.stringContaining('line 1 ')],
      'recipients[2].phone': [expect.any(String)],
      'recipients[2].variables.name': [expect.any(String)],
      'recipients[2].variables.company': [expect.any(String)],
      'recipients[3]': [expect.stringContaining('line 5 ')],
    });
    const csv = ['phone,name,company,city', '12,Juan,', `${phoneOf(1)},Juan,X,`, `${phoneOf(2)},Juan,X,Lima`].join(
      '\n',
    );
    expect((await bulk.upload(CSV, csv)).body.details).toEqual({
      'recipients[0]': [expect.stringContaining('line 2 ')],
      'recipients[2].variables.city': [expect.any(String)],
    });
    expect(await bulk.count()).toBe(before);
  });

  it('have their problems named next to those of the query', async () => {
    const answer = await bulk.upload(CSV, `phone,name,company\n12,Juan,X`, { dry_run: 'maybe', scheduled_at: 'soon' });
    expect(Object.keys(answer.body.details).toSorted()).toEqual(['dry_run', 'recipients[0].phone', 'scheduled_at']);
  });

  it.each([
    ['CSV', CSV, 'body'],
    ['NDJSON', NDJSON, 'recipients'],
  ])('are refused when there are none, as %s', async (_, type, field) => {
    expect(await bulk.upload(type, '')).toMatchObject({
      status: 400,
      body: { details: { [field]: [expect.any(String)] } },
    });
  });

  it('must name their columns, phone among them', async () => {
    const answer = await bulk.upload(CSV, 'number;name\n1;Juan');
    expect(answer).toMatchObject({ status: 400, body: { details: { body: [expect.stringContaining('phone')] } } });
  });

  it('belong to their Idempotency-Key with every byte that means something', async () => {
    const key = { 'idempotency-key': 'upload' };
    const first = await bulk.upload(CSV, csvOf(recipientsOf(3, 20)), {}, key);
    const again = await bulk.upload(CSV, `${csvOf(recipientsOf(3, 20))}\n\n`, {}, key);
    expect(first).toMatchObject({ status: 202 });
    expect(again.body).toEqual(first.body);
    const conflict = { status: 409, body: { code: 'IDEMPOTENCY_CONFLICT' } };
    expect(await bulk.upload(CSV, csvOf(recipientsOf(4, 20)), {}, key)).toMatchObject(conflict);
    expect(await bulk.upload(CSV, csvOf(recipientsOf(3, 20)), { name: 'Other' }, key)).toMatchObject(conflict);
  });

  it('leave nothing behind when their client breaks off', async () => {
    const dataSource = bulk.app.get(DataSource);
    const rows = async () => [
      await dataSource.getRepository(BulkSendEntity).countBy({ status: 'ACCEPTING' }),
      await dataSource.getRepository(MessageEntity).countBy({ recipientPhone: phoneOf(1_000).slice(1) }),
    ];
    const before = await bulk.count();
    const { port } = new URL(bulk.app.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(requestHead(bulk, CSV, ['Transfer-Encoding: chunked']));
    const text = `${csvOf(recipientsOf(5_000, 1_000))}\n`;
    socket.write(`${text.length.toString(16)}\r\n${text}\r\n`);
    const waiting = { timeout: 30_000 };
    await vi.waitFor(async () => expect(await rows()).toEqual([1, 1]), waiting);
    expect(await bulk.count()).toBe(before);
    socket.destroy();
    await vi.waitFor(async () => expect(await rows()).toEqual([0, 0]), waiting);
    expect(bulk.meta.sendsTo(phoneOf(1_000))).toBe(0);
  });

  describe('and refused', () => {
    /** More than sockets and buffers hold: a server that does not read it makes its client wait. */
    const rest = `${phoneOf(0)},${'x'.repeat(1_000)},X\n`.repeat(20_000);

    it.each<[string, string, Partial<{ query: Record<string, string>; headers: string[]; key: string }>, number]>([
      ['for their columns', `number,name,company\n${rest}`, {}, 400],
      ['for a quote that no one can read past', `phone,name,company\n1,"a"b,X\n${rest}`, {}, 400],
      ['for an unknown template', `phone,name,company\n${rest}`, { query: { template_name: 'nowhere' } }, 404],
      ['for a wrong query', `phone,name,company\n${rest}`, { query: { on_quota_exceeded: 'x' } }, 400],
      ['for want of a key', `phone,name,company\n${rest}`, { key: 'unknown-unknown-unknown' }, 401],
      ['for damaged compression', rest, { headers: ['Content-Encoding: gzip'] }, 400],
    ])('%s are answered, to clients that read only when all is written, too', async (_, body, given, status) => {
      const { port } = new URL(bulk.app.url);
      const socket = connect(Number(port), '127.0.0.1');
      const headers = [`Content-Length: ${Buffer.byteLength(body)}`, ...(given.headers ?? [])];
      socket.write(requestHead(bulk, CSV, headers, given));
      await new Promise((resolve, reject) => {
        socket.once('error', reject);
        socket.write(body, resolve);
      });
      expect(await readAnswer(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} .*"code":`, 's'));
      // The connection is still good.
      socket.write(requestHead(bulk, CSV, ['Content-Length: 0', 'Connection: close']));
      expect(await readAnswer(socket)).toMatch(/^HTTP\/1.1 400 /);
      socket.destroy();
    });
  });
});

function requestHead(
  bulk: BulkApp,
  type: string,
  headers: readonly string[],
  { query = {}, key = bulk.app.key }: { query?: Record<string, string>; key?: string } = {},
): string {
  const lines = [
    `POST ${bulk.uploadPath(query)} HTTP/1.1`,
    'Host: 127.0.0.1',
    `X-API-Key: ${key}`,
    `Content-Type: ${type}`,
    ...headers,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** An answer with a Content-Length, read to its end. */
function readAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const take = (chunk: Buffer) => {
      text += chunk.toString();
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      const [head = '', body] = text.split('\r\n\r\n', 2);
      if (body === undefined || length === undefined || Buffer.byteLength(body) < Number(length)) return;
      socket.off('data', take);
      resolve(`${head}\r\n\r\n${body}`);
    };
    socket.on('data', take);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`The connection was closed after ${JSON.stringify(text)}.`)));
  });
}
