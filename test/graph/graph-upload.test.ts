import { Readable } from 'node:stream';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ValidationError } from '../../lib/errors.js';
import { OutcomeUnknownError } from '../../lib/graph/meta-outcome.errors.js';
import type { GraphUpload } from '../../lib/graph/multipart-body.js';
import { answer, bodyOf, clientOf, closedPort, credential, errorOf, httpServer } from './local-server.js';

const photo: GraphUpload = {
  file: Buffer.from([0xff, 0xd8, 0x00, 0x0d, 0x0a]),
  filename: 'holiday.jpg',
  mimeType: 'image/jpeg',
  fields: { messaging_product: 'whatsapp', type: 'image/jpeg' },
};

/** A server that reads forms as browsers' servers do. */
async function formServer() {
  const forms: FormData[] = [];
  const lengths: unknown[] = [];
  const baseUrl = await httpServer((request, response) => {
    const read = async (): Promise<void> => {
      const body = await bodyOf(request);
      lengths.push(request.headers['content-length']);
      const headers = { 'content-type': request.headers['content-type'] ?? '' };
      forms.push(await new Response(new Uint8Array(body), { headers }).formData());
      answer(response, { id: '4490709327384033' });
    };
    // A form that breaks off is no form.
    read().catch(() => response.destroy());
  });
  return { baseUrl, forms, lengths };
}

async function fileOf(form: FormData | undefined): Promise<{ name: string; type: string; bytes: Buffer }> {
  const file = form?.get('file');
  if (!(file instanceof File)) throw new Error('The form has no file.');
  return { name: file.name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) };
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(1024);
  throw new Error('The disk is gone.');
}

const RESPONSE_TIMEOUT = 600;

// Each piece takes a while, all together longer than one answer may: only a standstill is a time-out.
async function* slow(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; piece < 8; piece += 1) {
    await vi.advanceTimersByTimeAsync(RESPONSE_TIMEOUT - 100);
    yield Buffer.alloc(1024, piece);
  }
}

describe('an upload', () => {
  it('sends a file from memory with its fields', async () => {
    const { baseUrl, forms, lengths } = await formServer();
    const uploaded = await clientOf(baseUrl).upload('1/media', { credential, upload: photo });
    expect(uploaded).toEqual({ id: '4490709327384033' });
    expect(forms[0]?.get('messaging_product')).toBe('whatsapp');
    expect(forms[0]?.get('type')).toBe('image/jpeg');
    await expect(fileOf(forms[0])).resolves.toEqual({ name: 'holiday.jpg', type: 'image/jpeg', bytes: photo.file });
    expect(lengths).toEqual([expect.stringMatching(/^\d+$/)]);
  });

  it.each([
    ['of a known size', true],
    ['of an unknown size', false],
  ])('streams a file %s', async (_, known) => {
    const pieces = Array.from({ length: 64 }, (__, index) => Buffer.alloc(16 * 1024, index));
    const whole = Buffer.concat(pieces);
    const { baseUrl, forms, lengths } = await formServer();
    const upload = { ...photo, file: Readable.from(pieces), size: known ? whole.length : undefined };
    await clientOf(baseUrl).upload('1/media', { credential, upload });
    const { bytes } = await fileOf(forms[0]);
    expect(bytes.equals(whole)).toBe(true);
    expect(typeof lengths[0]).toBe(known ? 'string' : 'undefined');
  });

  it('cannot be made to say something else by the name of its file', async () => {
    const { baseUrl, forms } = await formServer();
    const filename = 'a"\r\nContent-Type: text/html\r\n\r\n<b>.jpg';
    await clientOf(baseUrl).upload('1/media', { credential, upload: { ...photo, filename } });
    expect([...(forms[0]?.keys() ?? [])]).toEqual(['messaging_product', 'type', 'file']);
    await expect(fileOf(forms[0])).resolves.toMatchObject({ type: 'image/jpeg', bytes: photo.file });
  });

  it.each(['', 'jpeg', 'image/jpeg\r\nX: y', 'image/jpeg\r\n\r\nx'])('refuses the type %j', async (mimeType) => {
    const upload = { ...photo, mimeType };
    const error = await errorOf(clientOf(await closedPort()).upload('1/media', { credential, upload }));
    expect(error).toBeInstanceOf(ValidationError);
  });

  it("fails with the error of the file's own stream", async () => {
    const { baseUrl, forms } = await formServer();
    const upload = { ...photo, file: breaking(), size: 4096 };
    const error = await errorOf(clientOf(baseUrl).upload('1/media', { credential, upload }));
    expect(error).toMatchObject({ message: 'The disk is gone.' });
    expect(forms).toEqual([]);
  });

  it('has as long as it takes, so long as Meta takes it in', async () => {
    const { baseUrl, forms } = await formServer();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const upload = { ...photo, file: slow() };
    await clientOf(baseUrl, { responseTimeout: RESPONSE_TIMEOUT }).upload('1/media', { credential, upload });
    expect(forms).toHaveLength(1);
  });

  it('has an unknown outcome when Meta stops in the middle of it', async () => {
    const baseUrl = await httpServer((request) => request.once('data', () => request.socket.resetAndDestroy()));
    const upload = { ...photo, file: Buffer.alloc(8 * 1024 * 1024) };
    const error = await errorOf(clientOf(baseUrl).upload('1/media', { credential, upload }));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
  });
});
