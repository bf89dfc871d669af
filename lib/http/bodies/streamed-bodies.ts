import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long an answered client may go on sending what nobody reads, in ms. */
const LINGER = 60_000;

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
 * Reads and drops, once the answer is sent, what a handler left of a body: most clients read their answer only when
 * they have written everything, and one whose connection is closed meanwhile never sees it.
 */
export function drainOnceAnswered(request: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => {
    // Whoever still waits for the next piece would keep it from flowing.
    request.removeAllListeners('readable');
    request.resume();
    if (request.complete) return;
    const timer = setTimeout(() => request.destroy(), LINGER).unref();
    request.once('close', () => clearTimeout(timer));
  });
}
