import type { IncomingMessage } from 'node:http';

/** A request whose body the host's framework reads from here. */
export type BodyRequest = IncomingMessage & { body?: unknown; rawBody?: Buffer };
