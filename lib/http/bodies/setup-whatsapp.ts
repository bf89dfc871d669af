import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { ConfigurationError } from '../../errors.js';
import { MountedSurfaces } from '../mounted-surfaces.js';
import { type FastifyLike, readBodiesOnFastify, takeTrailingSlashes } from './fastify-bodies.js';
import type { BodyRequest } from './body-request.js';
import { type BodyOptions, bodyReader } from './read-body.js';

/**
 * Call once in `main.ts`, before `app.listen()` and before body parsers of your own. On the surfaces' routes, and on no
 * others, bodies are then read with a limit of their own (default 5 MB; also before it is known who calls), their raw
 * bytes are kept for signatures, and malformed or oversized ones are answered in the surface's words. Recipients that are
 * sent as CSV or NDJSON are not read here and know no limit; Meta's webhooks are taken whatever `bodyLimit` is.
 * Works on Express and on Fastify.
 * @throws ConfigurationError when `bodyLimit` is no size
 */
export function setupWhatsApp(app: INestApplication, { bodyLimit = '5mb' }: Partial<BodyOptions> = {}): void {
  const mounted = app.get<MountedSurfaces>(MountedSurfaces, { strict: false, each: true });
  for (const surfaces of mounted) surfaces.isSetUp = true;
  const routeOf = (method: string | readonly string[], url: string) =>
    mounted.map((surfaces) => surfaces.find(method, url)).find(Boolean);
  if (!isBodyLimit(bodyLimit)) {
    throw new ConfigurationError('setupWhatsApp: bodyLimit must be a number of bytes, or such as "5mb" or "512kb".');
  }
  const read = bodyReader({ bodyLimit });
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'fastify') {
    const fastify: FastifyLike = adapter.getInstance();
    readBodiesOnFastify(fastify, routeOf, read);
    takeTrailingSlashes(fastify, (method, url) => routeOf(method, url) !== undefined);
    return;
  }
  app.use(function whatsAppBodies(request: BodyRequest, response: ServerResponse, next: () => void) {
    // One that has a body by now was read by a parser of the host's.
    const route = request.body === undefined ? routeOf(request.method ?? '', request.url ?? '') : undefined;
    if (!route) return next();
    read(request, response, route, next);
  });
}

const isBodyLimit = (limit: number | string): boolean =>
  typeof limit === 'number' ? Number.isSafeInteger(limit) && limit > 0 : /^\d+(\.\d+)?\s*([kmg]?b)?$/i.test(limit);
