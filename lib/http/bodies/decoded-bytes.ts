import type { IncomingMessage } from 'node:http';
import { PassThrough, pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { BodyTooLargeError, UnreadableBodyError } from './body.errors.js';

const DECODERS: ReadonlyMap<string, () => Transform> = new Map([
  ['gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
]);

/** Bytes that a compressed body may become: a thousandth of it is enough to send it, and all of it must be worked off. */
const MOST_DECOMPRESSED = 256 * 1024 * 1024;

/** Bytes to read ahead of their consumer: a connection that is not read does not report that its client left. */
const AHEAD = 2 * 1024 * 1024;

/** Whether a body's `Content-Encoding` can be undone. */
export function isDecodable(request: IncomingMessage): boolean {
  const encoding = encodingOf(request);
  return encoding === 'identity' || DECODERS.has(encoding);
}

/**
 * The bytes of a body as they come, decompressed.
 * @param isSlow whether the work on them takes longer than the network
 * @throws UnreadableBodyError when the client breaks off, or what it compressed is damaged
 * @throws BodyTooLargeError when far more comes out than a client would compress
 */
export async function* decodedBytes(request: IncomingMessage, isSlow = false): AsyncGenerator<Uint8Array> {
  const bytes = isSlow ? readAhead(request) : bytesOf(request);
  const decoder = DECODERS.get(encodingOf(request))?.();
  try {
    if (!decoder) {
      yield* bytes;
      return;
    }
    let size = 0;
    for await (const piece of pipeline(Readable.from(bytes), decoder, () => {})) {
      size += piece.byteLength;
      if (size > MOST_DECOMPRESSED) throw new BodyTooLargeError(TOO_LARGE);
      yield piece;
    }
  } catch (error) {
    if (error instanceof BodyTooLargeError) throw error;
    throw new UnreadableBodyError('could not be read to its end.');
  }
}

const TOO_LARGE =
  `The body is over ${MOST_DECOMPRESSED / 1024 ** 2} MB once it is decompressed. Send it in parts, or without ` +
  'Content-Encoding.';

async function* readAhead(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const ahead = new PassThrough({ highWaterMark: AHEAD });
  const breakOff = () => {
    if (!request.readableEnded) ahead.destroy(new Error('The client broke off.'));
  };
  request.once('error', breakOff).once('close', breakOff);
  try {
    const bytes: AsyncIterable<Uint8Array> = request.pipe(ahead);
    for await (const piece of bytes) yield piece;
  } finally {
    request.unpipe(ahead).off('error', breakOff).off('close', breakOff);
  }
}

/** Whoever has seen enough, or fails over what comes, does not close the connection before it is answered. */
async function* bytesOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  const bytes: AsyncIterable<Uint8Array> = request.iterator({ destroyOnReturn: false });
  // Not handed on as it is: an error thrown into it would still close the connection.
  for await (const piece of bytes) yield piece;
}

const encodingOf = ({ headers }: IncomingMessage): string => (headers['content-encoding'] ?? 'identity').toLowerCase();
