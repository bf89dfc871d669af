import { Readable } from 'node:stream';
import { request } from 'undici';
import type { HttpAccess } from '../library/http.process.js';

const BOUNDARY = 'bench';
const PIECE = 64 * 1024;

/** `POST /messages/media` with a document of so many bytes, which is made as it is sent; no two are alike. */
export async function postDocument({ url, apiKey }: HttpAccess, size: number): Promise<void> {
  const { statusCode, body } = await request(`${url}/api/v1/default/messages/media`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: Readable.from(form(size)),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${statusCode}: ${text.slice(0, 500)}`);
}

let people = 1_000;

function* form(size: number): Generator<Buffer> {
  // Meta takes a message to one person every few seconds.
  people += 1;
  yield Buffer.from(
    field('phone_number', `+1202555${people}`) +
      field('media_type', 'document') +
      head('media_file"; filename="large.pdf') +
      '\r\n',
  );
  const start = Buffer.from(`%PDF-1.7 ${Date.now()} `);
  yield start;
  const piece = Buffer.alloc(PIECE, 'x');
  for (let left = size - start.length; left > 0; left -= PIECE) yield piece.subarray(0, Math.min(left, PIECE));
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}

const head = (name: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n`;
const field = (name: string, value: string): string => `${head(name)}\r\n${value}\r\n`;
