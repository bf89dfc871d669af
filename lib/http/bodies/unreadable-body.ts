import type { IncomingMessage } from 'node:http';

/** Why a request's body could not be read. */
export interface UnreadableBody {
  readonly reason: 'malformed' | 'too-large' | 'unsupported';
  /** What is wrong with it, as the end of a sentence that begins with "The body". */
  readonly message: string;
}

// Beside the requests, not in `request.body`: parsers of the host's that come later write there.
const unreadable = new WeakMap<object, UnreadableBody>();

/** Remembers that a body could not be read, until the surface it was sent to says so in its own words. */
export function markUnreadable(request: IncomingMessage, body: UnreadableBody): void {
  unreadable.set(request, body);
}

/** @param request of Express, or of Fastify, which keeps Node's own in `raw` */
export function unreadableBodyOf(request: { readonly raw?: IncomingMessage }): UnreadableBody | undefined {
  return unreadable.get(request.raw ?? request);
}
