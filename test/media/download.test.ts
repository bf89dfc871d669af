import { buffer } from 'node:stream/consumers';
import { MediaService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { answer, clientOf, credential, httpServer } from '../graph/local-server.js';
import { TestApp } from '../support/test-app.js';
import { fileOf } from './sample-files.js';

const file = fileOf('jpeg', 300_000);
let meta: GraphApiServer;
let app: TestApp;
let media: MediaService;
let mediaId: string;
let otherNumber: string;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
  otherNumber = meta.account.addPhoneNumber().id;
  app = await TestApp.start({ meta });
  media = app.get(MediaService);
  ({ mediaId } = await media.upload({ file }));
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await meta.close();
});
beforeEach(() => meta.clear());

it('streams the bytes, with type, size and hash as Meta reports them', async () => {
  const { stream, ...reported } = await media.download(mediaId);
  expect((await buffer(stream)).equals(file)).toBe(true);
  expect(reported).toEqual({
    mimeType: 'image/jpeg',
    size: file.length,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('asks for another address when the first leads nowhere any more', async () => {
  meta.faults.next({ kind: 'status', status: 404 }, { path: /attachments/ });
  expect((await buffer((await media.download(mediaId)).stream)).equals(file)).toBe(true);
  expect(meta.requestsTo(`/${mediaId}`)).toHaveLength(2);
});

it('gives up when the second leads nowhere, too', async () => {
  meta.faults.next({ kind: 'status', status: 404 }, { path: /attachments/, times: 2 });
  await expect(media.download(mediaId)).rejects.toMatchObject({ code: 'META_UNREACHABLE', httpStatus: 404 });
});

it("tells Meta's refusal", async () => {
  await expect(media.download('999999999999999')).rejects.toMatchObject({ code: 'META_ERROR', metaCode: 100 });
  meta.faults.next({ kind: 'error', code: 190 }, { path: /attachments/ });
  await expect(media.download(mediaId)).rejects.toMatchObject({ code: 'META_ERROR', metaCode: 190 });
});

it("does not open another number's file", async () => {
  await expect(media.download(mediaId, { phoneNumberId: otherNumber })).rejects.toMatchObject({ metaCode: 100 });
});

it.each(['http://example.com/file', 'file:///etc/passwd', 'nonsense', ''])(
  'brings the token to no address such as %j',
  async (address) => {
    const client = clientOf('http://127.0.0.1:1');
    await expect(client.download(address, { credential })).rejects.toMatchObject({ code: 'META_UNREACHABLE' });
  },
);

it('follows no redirect, so that the token stays with Meta', async () => {
  let requests = 0;
  const url = await httpServer((_, response) => {
    requests += 1;
    answer(response, {}, 302, { location: '/elsewhere' });
  });
  const download = clientOf(url).download(`${url}/file`, { credential });
  await expect(download).rejects.toMatchObject({ code: 'META_UNREACHABLE', httpStatus: 302 });
  expect(requests).toBe(1);
});

it('ends a download that stops midway', async () => {
  const url = await httpServer((_, response) => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('x');
  });
  const { body } = await clientOf(url, { responseTimeout: 100 }).download(`${url}/file`, { credential });
  await expect(buffer(body)).rejects.toThrow(/timeout/i);
});
