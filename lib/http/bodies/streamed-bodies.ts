import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as eventLoop } from 'node:timers/promises';
import { UnreadableBodyError } from './body.errors.js';

/** How long an answered client may go on sending a body that is discarded, in ms, and how many bytes. */
const LINGER = 30_000;
const MOST_LINGERING = 256 * 1024 * 1024;

const streamed = new WeakMap<object, string>();

/** Remembers that a request's body was left unread for its handler, and of which media type it is. */
export function markStreamed(request: IncomingMessage, type: string): void {
  streamed.set(request, type);
}

/** @param request of Express, or of Fastify, which keeps Node's own in `raw` */
export function streamedTypeOf(request: { readonly raw?: IncomingMessage }): string | undefined {
  return streamed.get(request.raw ?? request);
}

/**
 * Reads and drops, once the answer is sent, what was left of a body: most clients read their answer only when
 * they have written everything, and one whose connection is closed meanwhile never sees it.
 */
export function drainOnceAnswered(request: IncomingMessage, response: ServerResponse): void {
  if (request.complete || request.destroyed) return;
  response.once('finish', () => {
    // Whoever still waits for the next piece would keep it from flowing.
    request.removeAllListeners('readable');
    let size = 0;
    request.on('data', (piece: Uint8Array) => {
      size += piece.byteLength;
      if (size > MOST_LINGERING) request.destroy();
    });
    request.resume();
    if (request.complete) return;
    const timer = setTimeout(() => request.destroy(), LINGER).unref();
    request.once('close', () => clearTimeout(timer));
  });
}

/** Items that are worked off in one go before the event loop has its turn. */
const SLICE = 500;

/**
 * The same items, for work that is of no use once the client is gone: it then ends with an error. Between slices the event
 * loop runs, without which the departure of the client would go unnoticed.
 * @param slice items at a time
 * @throws UnreadableBodyError
 */
export async function* whileConnected<T>(
  items: Iterable<T> | AsyncIterable<T>,
  response: ServerResponse,
  slice = SLICE,
): AsyncGenerator<T> {
  let taken = 0;
  for await (const item of items) {
    if (response.destroyed) throw new UnreadableBodyError('came from a client that left before it was answered.');
    yield item;
    taken += 1;
    if (taken % slice === 0) await eventLoop();
  }
}
