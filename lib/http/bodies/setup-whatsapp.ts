import type { IncomingMessage, Server } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ConfigurationError } from '../../errors.js';
import { MountedSurfaces } from '../surface/mounted-surfaces.js';
import { type FastifyLike, keepBodiesOnFastify, listenForRoutes, takeTrailingSlashes } from './fastify-bodies.js';

/**
 * How large the bodies of requests may be.
 *
 * @publicApi
 */
export interface WhatsAppBodyOptions {
  /** Largest JSON body, as a number of bytes or such as `'5mb'`. */
  readonly bodyLimit: number | string;
}

/**
 * Call once in `main.ts`, before `app.listen()`. The surfaces then read the bodies of their requests themselves, once they
 * know who calls, with a limit of their own (default 5 MB); body parsers of the app skip these requests, and no others.
 * Raw bytes are kept for signatures, and malformed paths and malformed or oversized bodies are answered in the surface's words. Recipients that
 * are sent as CSV or NDJSON are read as they come, compressed ones up to 256 MB decompressed; `bodyLimit` bounds neither
 * these nor Meta's webhooks.
 * Works on Express and on Fastify.
 * @throws ConfigurationError when `bodyLimit` is no size
 * @publicApi
 */
export function setupWhatsApp(app: INestApplication, { bodyLimit = '5mb' }: Partial<WhatsAppBodyOptions> = {}): void {
  const limit = bytesOf(bodyLimit);
  if (limit === undefined) {
    throw new ConfigurationError('setupWhatsApp: bodyLimit must be a number of bytes, or such as "5mb" or "512kb".');
  }
  const mounted = app.get<MountedSurfaces>(MountedSurfaces, { strict: false, each: true });
  const adapter = app.getHttpAdapter();
  for (const surfaces of mounted) surfaces.setUp(limit);
  const isUnrouted = (method: string, url: string) =>
    mounted.some((surfaces) => surfaces.findUnrouted({ method, url }));
  takeBrokenPercents(app.getHttpServer(), isUnrouted);
  if (adapter.getType() !== 'fastify') return;
  const fastify: FastifyLike = adapter.getInstance();
  listenForRoutes(fastify, (route) => {
    for (const surfaces of mounted) surfaces.addRoute(route);
  });
  keepBodiesOnFastify(fastify, isUnrouted);
  takeTrailingSlashes(fastify);
}

/**
 * Takes a `%` that encodes nothing, in a path of a surface, for the character: routers answer such a path by themselves, with the
 * host's error.
 */
function takeBrokenPercents(server: Server, isOfSurface: (method: string, url: string) => boolean): void {
  server.prependListener('request', (request: IncomingMessage) => {
    const { method = '', url = '' } = request;
    if (!url.includes('%')) return;
    const end = url.search(/[?#]|$/);
    const path = url.slice(0, end).split('/').map(withoutBrokenPercent).join('/') + url.slice(end);
    if (path !== url && isOfSurface(method, path)) request.url = path;
  });
}

function withoutBrokenPercent(segment: string): string {
  try {
    decodeURIComponent(segment);
    return segment;
  } catch {
    return segment.replaceAll('%', '%25');
  }
}

const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 };

function bytesOf(limit: number | string): number | undefined {
  const [, size, unit = 'b'] = /^(\d+(?:\.\d+)?)\s*([kmg]?b)?$/i.exec(String(limit).trim()) ?? [];
  const bytes = Math.floor(Number(size) * (UNITS[unit.toLowerCase()] ?? 1));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
