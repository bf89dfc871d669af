import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { ApiKeysService, ContactEntity, MessageEntity } from 'nestjs-whatsapp';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { fileOf } from '../../media/sample-files.js';
import { OwnTmpdir } from '../../support/own-tmpdir.js';
import { adapters } from '../../support/test-app.js';
import { Acme, bearer, someone } from './acme.js';
import { type Parts, writtenForm } from './forms.js';

const PATH = '/messages/media';
const BOUNDARY = 'XyZ';
const FILE_IN_CAPITALS = 'CONTENT-DISPOSITION: FORM-DATA; NAME="media_file"; FILENAME=';
const TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A request whose body comes in pieces. */
interface Upload {
  readonly request: ClientRequest;
  readonly answer: Promise<{
    readonly status: number | undefined;
    readonly body: { errors?: Record<string, string[]> };
  }>;
}

describe.each(adapters)('Forms with files on $adapter', ({ adapter }) => {
  let acme: Acme;
  let tmp: OwnTmpdir;

  beforeAll(async () => {
    tmp = new OwnTmpdir();
    acme = await Acme.start({ adapter });
  });
  afterAll(async () => {
    await acme[Symbol.asyncDispose]();
    tmp[Symbol.dispose]();
  });
  beforeEach(() => acme.meta.clear());

  const begin = (headers: Record<string, string> = {}): Upload => {
    const request = httpRequest(`${acme.app.url}/api/v1/acme${PATH}`, {
      method: 'POST',
      headers: { 'content-type': TYPE, ...bearer(acme.key), ...headers },
    });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject);
    }).then(async (response) => ({ status: response.statusCode, body: JSON.parse(await text(response)) }));
    answer.catch(() => {});
    return { request, answer };
  };
  const post = (body: Buffer, headers: Record<string, string> = {}) => {
    const { request, answer } = begin(headers);
    request.end(body);
    return answer;
  };
  const counts = async () => {
    const { manager } = acme.app.get(DataSource);
    return [await manager.count(MessageEntity), await manager.count(ContactEntity)];
  };
  const nothingLeft = () => vi.waitFor(() => expect(tmp.files).toEqual([]), 10_000);
  const spooling = () => vi.waitFor(() => expect(tmp.files).toHaveLength(1), 10_000);

  it('are read however they are cut into pieces', async () => {
    const { request, answer } = begin();
    const form = writtenForm(BOUNDARY, photo([], 700));
    for (const byte of form) request.write(Buffer.of(byte));
    request.end();
    expect(await answer).toMatchObject({ status: 200 });
    expect(acme.meta.requestsTo('/media', 'POST')).toHaveLength(1);
  });

  it('may be compressed', async () => {
    expect(await post(gzipSync(writtenForm(BOUNDARY, photo())), { 'content-encoding': 'gzip' })).toMatchObject({
      status: 200,
    });
  });

  it.each([
    ['without a name', /; filename="a.png"/, ''],
    ['after a head in capitals', /Content-Disposition: form-data; name="media_file"; filename=/, FILE_IN_CAPITALS],
  ])('take a file %s', async (_, written, instead) => {
    const parts = writtenForm(BOUNDARY, photo()).toString('latin1');
    expect(parts).toMatch(written);
    expect(await post(Buffer.from(parts.replace(written, instead), 'latin1'))).toMatchObject({ status: 200 });
    expect(acme.sent).toMatchObject([{ type: 'image', image: { id: expect.any(String) } }]);
  });

  it('end in an answer where a file cannot be kept, however late the form ends', async () => {
    const unhandled = vi.fn<() => void>();
    process.on('unhandledRejection', unhandled);
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = `${tmp.path}/nowhere`;
    try {
      const { request, answer } = begin();
      const form = writtenForm(BOUNDARY, [...photo(), ['caption', 'Hello']]);
      request.write(form.subarray(0, -10));
      await vi.waitFor(() => expect(request.writableLength).toBe(0), 10_000);
      expect(await Promise.race([answer, settled()])).toBe('no answer yet');
      request.end(form.subarray(-10));
      expect(await answer).toMatchObject({ status: 500, body: { status: 'error' } });
    } finally {
      process.env['TMPDIR'] = before;
      process.off('unhandledRejection', unhandled);
    }
    expect(unhandled).not.toHaveBeenCalled();
    expect(acme.sent).toEqual([]);
  });

  it('leave no file and no row when the client goes away in the middle of the file', async () => {
    const before = await counts();
    const { request } = begin();
    request.write(writtenForm(BOUNDARY, photo([], 300_000), { isWhole: false }));
    await spooling();
    request.destroy();
    await nothingLeft();
    expect([await counts(), acme.sent, acme.meta.requestsTo('/media')]).toEqual([before, [], []]);
  });

  it('leave no file when the client goes away after the file, before the end of the form', async () => {
    const { request } = begin();
    const form = writtenForm(BOUNDARY, [...photo(), ['caption', 'Hello']]);
    request.write(form.subarray(0, -BOUNDARY.length - 12));
    await spooling();
    request.destroy();
    await nothingLeft();
    expect(acme.sent).toEqual([]);
  });

  it('are refused when they end too early', async () => {
    const before = await counts();
    expect(await post(writtenForm(BOUNDARY, photo(), { isWhole: false }))).toMatchObject({
      status: 400,
      body: {
        status: 'error',
        message: 'Validation failed',
        errors: { body: [expect.stringContaining('well-formed')] },
      },
    });
    await nothingLeft();
    expect(await counts()).toEqual(before);
  });

  it.each([
    ['without a boundary', 'multipart/form-data', Buffer.from('x')],
    ['with another boundary', 'multipart/form-data; boundary=other', writtenForm(BOUNDARY, [['a', 'b']])],
    ['without a byte', TYPE, Buffer.alloc(0)],
    ['without a form', TYPE, Buffer.from('{"phone_number":"+12025550123"}')],
  ])('are refused %s', async (_, type, body) => {
    expect(await post(body, { 'content-type': type })).toMatchObject({ status: 400 });
    await nothingLeft();
  });

  it('are read to their end before a file that is too large is refused', async () => {
    const { request, answer } = begin();
    let isWritten = false;
    const form = writtenForm(BOUNDARY, photo([], 8 * 1024 * 1024));
    request.write(form.subarray(0, 7 * 1024 * 1024), () => {
      isWritten = true;
    });
    // More than an image may have, and no answer yet: the client is still writing.
    await vi.waitFor(() => expect(isWritten).toBe(true), 10_000);
    await expect(Promise.race([answer, settled()])).resolves.toBe('no answer yet');
    request.end(form.subarray(7 * 1024 * 1024));
    expect(await answer).toMatchObject({ status: 422, body: { errors: { media_file: [expect.any(String)] } } });
    await nothingLeft();
  });

  it.each([
    ['field', Array.from({ length: 101 }, (_, index) => [`extra_${index}`, 'x'] as const), 'body', /100 parts/],
    ['text', [['caption', 'x'.repeat(64 * 1024 + 1)] as const], 'caption', /over 65536 bytes/],
    ['text', [['caption', 'a'] as const, ['caption', 'b'] as const], 'caption', /is a list|text/],
    ['file', [['media_file', { file: fileOf('png') }] as const], 'media_file', /more than once/],
  ])('are refused with one %s too many or too large', async (_, more, field, problem) => {
    const answer = await post(writtenForm(BOUNDARY, photo(more)));
    expect(answer).toMatchObject({ status: 422 });
    expect(answer.body.errors?.[field]).toContainEqual(expect.stringMatching(problem));
    await nothingLeft();
    expect(acme.meta.requestsTo('/media')).toEqual([]);
  });

  it('keep no file that no one asked for', async () => {
    const { request, answer } = begin();
    const form = writtenForm(BOUNDARY, [['surprise', { file: fileOf('pdf', 500_000) }], ...photo([], 300_000)]);
    request.write(form.subarray(0, 400_000));
    await vi.waitFor(() => expect(request.writableLength).toBe(0), 10_000);
    expect(tmp.files).toEqual([]);
    request.end(form.subarray(400_000));
    expect(await answer).toMatchObject({ status: 200 });
  });

  it('may have names that objects have of themselves', async () => {
    const more: Parts = ['__proto__', 'constructor', 'constructor', 'toString[length]', 'a[', ']', '[]'].map((name) => [
      name,
      'x',
    ]);
    expect(await post(writtenForm(BOUNDARY, photo(more)))).toMatchObject({ status: 200 });
  });

  it.each([
    ['without a key', 401, () => ({ authorization: '' })],
    ['with a wrong key', 401, () => bearer('wk_wrong')],
    ['without the ability', 403, async () => bearer(await acme.keyWith(['templates.read']))],
    [
      'for another workspace',
      400,
      async () => bearer((await acme.app.get(ApiKeysService).create({ name: 'x', workspace: 'other' })).key),
    ],
  ])('are not kept of a caller %s', async (_, status, headers) => {
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, tmp.files.length)), 1);
    try {
      const { request, answer } = begin(await headers());
      request.write(writtenForm(BOUNDARY, photo([], 200_000), { isWhole: false }));
      expect(await answer).toMatchObject({ status });
      request.destroy();
    } finally {
      clearInterval(watch);
    }
    expect(most).toBe(0);
  });

  it('leave the connection to the next request', async () => {
    const socket = connect(Number(new URL(acme.app.url).port), '127.0.0.1');
    const form = writtenForm(BOUNDARY, photo([], 6 * 1024 * 1024));
    const head = [
      `POST /api/v1/acme${PATH} HTTP/1.1`,
      'host: x',
      `content-type: ${TYPE}`,
      `content-length: ${form.length}`,
      `authorization: Bearer ${acme.key}`,
    ];
    let received = '';
    socket.on('data', (data) => (received += data.toString()));
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.write(form);
    socket.write(`GET /api/v1/acme/templates HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${acme.key}\r\n\r\n`);
    await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1.1 422[^]*HTTP\/1.1 200/), 10_000);
    socket.destroy();
  });
});

/** Resolves when all that is on its way inside this process was handled. */
async function settled(): Promise<string> {
  for (let turns = 0; turns < 50; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  return 'no answer yet';
}

const photo = (more: Parts = [], size = 50_000): Parts => [
  ['phone_number', someone()],
  ['media_type', 'image'],
  ...more,
  ['media_file', { file: fileOf('png', size), name: 'a.png' }],
];
