import { once } from 'node:events';
import { createServer, type IncomingMessage, request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnreadableBodyError } from '../../../lib/http/bodies/body.errors.js';
import { decodedBytes } from '../../../lib/http/bodies/read-body.js';
import { adapters, TestApp } from '../../support/test-app.js';
import { rawRequest } from './raw-request.js';

describe.each(adapters)('a compressed list of recipients on $adapter', ({ adapter }) => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ adapter });
  });
  afterAll(() => app[Symbol.asyncDispose]());

  const path = () => {
    const { name, language } = sampleTemplates.plain;
    const query = new URLSearchParams({ phone_number_id: app.meta.phoneNumber.id, template_name: name, language });
    return `/api/v1/meta-templates/send-bulk/?${query.toString()}`;
  };
  const headersOf = (type: string) => ({ 'x-api-key': app.key, 'content-type': type, 'content-encoding': 'gzip' });

  it.each([
    ['text/csv', '\n'],
    ['text/csv', ',,,\n'],
    ['application/x-ndjson', '\n'],
    ['application/x-ndjson', '  \r\n'],
  ])('that is blank lines is refused after some of them: %s of %j', async (type, line) => {
    const body = gzipSync(line.repeat(2_000_000));
    const cpu = process.cpuUsage();
    const answer = await rawRequest(app.url, path(), { headers: headersOf(type), body });
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining('blank lines') });
    expect(process.cpuUsage(cpu).user / 1_000).toBeLessThan(2_000);
  });

  it('is read no further after its client has left', async () => {
    const lines = Array.from({ length: 400_000 }, (_, index) => `{"phone":"+54911${10_000_000 + index}"}\n`);
    const body = gzipSync(lines.join(''));
    const { hostname, port } = new URL(app.url);
    const headers = { ...headersOf('application/x-ndjson'), 'content-length': body.byteLength };
    await new Promise<void>((resolve) => {
      const call = request({ hostname, port, path: path(), method: 'POST', headers });
      call.on('error', () => resolve());
      call.end(body, () => setTimeout(() => call.destroy(new Error('gone')), 100));
    });
    const left = performance.now();
    // Shutdown waits for what is being accepted.
    await app[Symbol.asyncDispose]();
    expect(performance.now() - left).toBeLessThan(10_000);
    app = await TestApp.start({ adapter });
  });
});

it.each([true, false])(
  'A body of a client that left before anyone read it breaks off (slow work: %s)',
  async (isSlow) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const call = request({ port: Object(server.address()).port, method: 'POST', headers: { 'content-length': 100 } });
    call.on('error', () => undefined).write('phone\n');
    const [arrived]: IncomingMessage[] = await once(server, 'request');
    if (!arrived) throw new Error('There is a request.');
    const left = new Promise((resolve) => arrived.once('close', resolve));
    call.destroy();
    await left;
    const reading = async () => {
      for await (const piece of decodedBytes(arrived, isSlow)) expect(piece).toBeDefined();
    };
    await expect(reading()).rejects.toThrow(UnreadableBodyError);
    server.close();
  },
);
