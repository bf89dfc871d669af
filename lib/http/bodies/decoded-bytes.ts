import type { IncomingMessage } from 'node:http';
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { ValidationError } from '../../errors.js';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Whether a body's `Content-Encoding` can be undone. */
export function isDecodable(request: IncomingMessage): boolean {
  const encoding = encodingOf(request);
  return encoding === 'identity' || DECODERS.has(encoding);
}

/**
 * The bytes of a body as they come, decompressed.
 * @throws ValidationError when the client breaks off, or what it compressed is damaged
 */
export async function* decodedBytes(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const bytes = bytesOf(request);
  const decoder = DECODERS.get(encodingOf(request))?.();
  try {
    yield* decoder ? pipeline(Readable.from(bytes), decoder, () => {}) : bytes;
  } catch {
    throw new ValidationError([{ path: 'body', message: 'could not be read to its end.' }]);
  }
}

/** Whoever has seen enough, or fails over what comes, does not close the connection before it is answered. */
async function* bytesOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const bytes: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  // Not handed on as it is: an error thrown into it would still close the connection.
  for await (const piece of bytes) yield piece;
}

const encodingOf = ({ headers }: IncomingMessage): string => (headers['content-encoding'] ?? 'identity').toLowerCase();
