import type { ServerResponse } from 'node:http';
import type { INestApplication } from '@nestjs/common';
import { type FastifyLike, readBodiesOnFastify, takeTrailingSlashes } from './fastify-bodies.js';
import { type BodyOptions, type BodyRequest, bodyReader } from './read-body.js';
import { MOUNTED_SURFACES, surfacePathMatcher } from './surface-paths.js';
import type { MountedSurface } from '../surface.js';

/**
 * Call once in `main.ts`, before `app.listen()` and before body parsers of your own. On the surfaces' paths, and on no
 * others, bodies are then read with a limit of their own (default 5 MB), their raw bytes are kept for signatures,
 * and malformed or oversized ones are answered in the surface's words. Works on Express and on Fastify.
 */
export function setupWhatsApp(app: INestApplication, { bodyLimit = '5mb' }: Partial<BodyOptions> = {}): void {
  const surfaces = app.get<readonly MountedSurface[]>(MOUNTED_SURFACES, { strict: false, each: true }).flat();
  const isSurface = surfacePathMatcher(surfaces);
  const read = bodyReader({ bodyLimit });
  const adapter = app.getHttpAdapter();
  if (adapter.getType() === 'fastify') {
    const fastify: FastifyLike = adapter.getInstance();
    readBodiesOnFastify(fastify, isSurface, read);
    takeTrailingSlashes(fastify, isSurface);
    return;
  }
  app.use(function whatsAppBodies(request: BodyRequest, response: ServerResponse, next: () => void) {
    // One that has a body by now was read by a parser of the host's.
    if (request.body !== undefined || !isSurface(request.url ?? '')) return next();
    read(request, response, next);
  });
}
