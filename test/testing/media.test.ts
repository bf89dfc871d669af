import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { call, upload } from './graph-client.js';

const MIB = 1024 * 1024;
let now = Date.parse('2026-11-16T00:00:00Z');
let meta: GraphApiServer;
beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true, now: () => now, keepMediaBytes: MIB });
});
afterAll(() => meta.close());

describe('uploading', () => {
  it('gives an id whose description leads to the bytes', async () => {
    const { body } = await upload(meta, { bytes: 1000 });
    expect(body).toEqual({ id: expect.stringMatching(/^\d+$/) });
    const bytes = Buffer.alloc(1000, 7);
    const described = await call(meta, 'GET', `${body.id}?phone_number_id=${meta.phoneNumber.id}`);
    expect(described.body).toEqual({
      messaging_product: 'whatsapp',
      url: expect.stringContaining(meta.url),
      mime_type: 'image/png',
      sha256: createHash('sha256').update(bytes).digest('hex'),
      file_size: '1000',
      id: body.id,
    });
    const download = (token: string) =>
      fetch(String(described.body.url), { headers: { Authorization: `Bearer ${token}` } });
    const file = await download(meta.accessToken);
    expect(file.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
    expect((await download('EAAwrong')).status).toBe(401);
  });

  it('is recorded without the bytes', async () => {
    meta.clear();
    await upload(meta, { bytes: 5, name: 'photo.png' });
    expect(meta.requestsTo('/media')[0]?.body).toEqual({
      messaging_product: 'whatsapp',
      type: 'image/png',
      file: { filename: 'photo.png', mimeType: 'image/png', size: 5, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it.each([
    ['audio/ogg; codecs=opus', 'a.ogg', 16 * MIB],
    ['video/mp4', 'a.mp4', 16 * MIB],
    ['image/jpeg', 'a.jpg', 5 * MIB],
    ['image/webp', 'a.webp', 500 * 1024],
    ['application/pdf', 'a.pdf', 30 * MIB],
  ])('takes %s up to its size', async (type, name, bytes) => {
    expect((await upload(meta, { type, name, bytes })).body.error).toBeUndefined();
  });

  it.each([
    ['no messaging_product', { product: '' }, 'messaging_product is required'],
    ['no type', { type: '' }, 'type is required'],
    ['no file', { noFile: true }, 'file is required'],
    ['an unknown type', { type: 'image/gif', name: 'a.gif' }, "Received file of type 'image/gif'"],
    ['a part without its type', { partType: 'application/octet-stream' }, "file of type 'application/octet-stream'"],
    ['a name without an extension', { name: 'photo' }, 'filename with an extension'],
    ['an empty file', { bytes: 0 }, 'must not be empty'],
    ['an image of more than 5 MB', { bytes: 5 * MIB + 1 }, 'at most 5242880 bytes'],
    ['a sticker of more than 500 KB', { type: 'image/webp', name: 'a.webp', bytes: 512_001 }, 'at most 512000 bytes'],
  ])('refuses %s', async (_case, file, message) => {
    const { status, body } = await upload(meta, file);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 100, message: expect.stringContaining(message) });
  });

  it('refuses a body that is not multipart, or broken multipart', async () => {
    const path = `${meta.phoneNumber.id}/media`;
    expect((await call(meta, 'POST', path, { messaging_product: 'whatsapp' })).body.error?.code).toBe(100);
    const broken = await fetch(`${meta.url}/v25.0/${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${meta.accessToken}`, 'Content-Type': 'multipart/form-data; boundary=x' },
      body: 'nothing of the kind',
    });
    expect(broken.status).toBe(400);
  });
});

const uploaded = async (bytes = 10) => String((await upload(meta, { bytes })).body.id);
const urlOf = async (id: string) => String((await call(meta, 'GET', id)).body.url);
const headers = () => ({ Authorization: `Bearer ${meta.accessToken}` });

describe('an uploaded file', () => {
  it('can be deleted', async () => {
    const id = await uploaded();
    expect((await call(meta, 'DELETE', `${id}?phone_number_id=${meta.phoneNumber.id}`)).body).toEqual({
      success: true,
    });
    expect((await call(meta, 'GET', id)).body.error).toMatchObject({ code: 100, error_subcode: 33 });
  });

  it('is hidden from another number of the account when one is named', async () => {
    const id = await uploaded();
    for (const method of ['GET', 'DELETE']) {
      expect((await call(meta, method, `${id}?phone_number_id=1`)).body.error?.error_subcode).toBe(33);
    }
    expect((await call(meta, 'GET', id)).status).toBe(200);
  });

  it('has a URL for five minutes and an id for thirty days', async () => {
    const id = await uploaded();
    const url = await urlOf(id);
    now += 5 * 60_000 - 1000;
    expect((await fetch(url, { headers: headers() })).status).toBe(200);
    now += 1000;
    expect((await fetch(url, { headers: headers() })).status).toBe(404);
    expect((await fetch(await urlOf(id), { headers: headers() })).status).toBe(200);
    now += 30 * 86_400_000;
    expect((await call(meta, 'GET', id)).body.error?.error_subcode).toBe(33);
  });

  it('is not kept for download when it is larger than keepMediaBytes', async () => {
    const url = await urlOf(await uploaded(MIB + 1));
    expect((await fetch(url, { headers: headers() })).status).toBe(404);
  });
});
