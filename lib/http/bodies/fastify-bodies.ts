import type { ServerResponse } from 'node:http';
import type { SurfaceRoute } from '../surface.js';
import type { BodyRequest } from './body-request.js';
import type { BodyReader } from './read-body.js';

interface FastifyRequestLike {
  readonly raw: BodyRequest;
  readonly url: string;
  headers: Record<string, string | string[] | undefined>;
  body?: unknown;
  rawBody?: Buffer;
}

type Hook = (
  request: FastifyRequestLike,
  reply: { readonly raw: ServerResponse },
  payloadOrDone: unknown,
  done?: () => void,
) => void;

interface RouterOptions {
  readonly ignoreTrailingSlash?: boolean;
}

interface RouteLike {
  readonly url: string;
  readonly method: string | readonly string[];
}

/** As much of Fastify as is needed here, so that a host on Express need not install it. */
export interface FastifyLike {
  /** Fastify 5 has the router's options in a place of their own, and still takes them where they were. */
  readonly initialConfig: RouterOptions & { readonly routerOptions?: RouterOptions };
  addHook(name: 'preParsing' | 'preValidation', hook: Hook): unknown;
  addHook(name: 'onRoute', hook: (route: RouteLike) => void): unknown;
  route(route: RouteLike): unknown;
}

// With these gone Fastify takes the request for one without a body and leaves it as it is.
const NO_BODY = { 'content-type': undefined, 'content-length': undefined, 'transfer-encoding': undefined };

/**
 * Reads the bodies of the surfaces before Fastify's parsers would: those are one per content type for the whole app,
 * and fail with the host's error before any controller is asked.
 */
export function readBodiesOnFastify(
  fastify: FastifyLike,
  routeOf: (method: string, url: string) => SurfaceRoute | undefined,
  read: BodyReader,
): void {
  const readHere = new WeakSet<FastifyRequestLike>();

  fastify.addHook('preParsing', (request, reply, _payload, done) => {
    const route = routeOf(request.raw.method ?? '', request.url);
    if (!route) return done?.();
    read(request.raw, reply.raw, route, () => {
      readHere.add(request);
      request.body = request.raw.body;
      request.rawBody = request.raw.rawBody;
      request.headers = NO_BODY;
      done?.();
    });
  });

  fastify.addHook('preValidation', (request, _reply, done) => {
    if (readHere.delete(request)) request.headers = {};
    if (typeof done === 'function') done();
  });
}

/** Lets the surfaces' paths answer with a slash at their end too, as they do on Express. */
export function takeTrailingSlashes(
  fastify: FastifyLike,
  isSurface: (method: string | readonly string[], url: string) => boolean,
): void {
  const { routerOptions, ignoreTrailingSlash } = fastify.initialConfig;
  // Then both are one route, which cannot be added twice.
  if (routerOptions?.ignoreTrailingSlash || ignoreTrailingSlash) return;
  fastify.addHook('onRoute', (route) => {
    // HEAD is added by Fastify itself beside each GET.
    if (!isSurface(route.method, route.url) || route.url.endsWith('/') || route.method === 'HEAD') return;
    fastify.route({ ...route, url: `${route.url}/` });
  });
}
