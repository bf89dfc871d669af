import type { IncomingMessage } from 'node:http';
import type { AppRoute } from '../surface/unrouted-requests.js';
import { type SurfaceRoute, surfaceRouteIn } from '../surface/surface.js';

interface FastifyRequestLike {
  readonly raw: IncomingMessage;
  readonly is404: boolean;
  /** Of the route that the router chose. */
  readonly routeOptions: { readonly config?: object };
  headers: Record<string, string | string[] | undefined>;
}

type Hook = (request: FastifyRequestLike, reply: unknown, payloadOrDone: unknown, done?: () => void) => void;

interface RouterOptions {
  readonly ignoreTrailingSlash?: boolean;
}

interface RouteLike {
  readonly url: string;
  readonly method: string | readonly string[];
  readonly config?: object;
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
 * Keeps Fastify's parsers from the bodies of the surfaces: those are one per content type for the whole app, work before
 * any guard is asked, and fail with the host's error.
 * @param isUnrouted whether a surface answers what no route takes
 */
export function keepBodiesOnFastify(fastify: FastifyLike, isUnrouted: (method: string, url: string) => boolean): void {
  const kept = new WeakSet<FastifyRequestLike>();

  fastify.addHook('preParsing', (request, _reply, _payload, done) => {
    const { method = '', url = '' } = request.raw;
    if (request.is404 ? isUnrouted(method, url) : routeOf(request)) {
      kept.add(request);
      request.headers = NO_BODY;
    }
    done?.();
  });

  fastify.addHook('preValidation', (request, _reply, done) => {
    if (kept.delete(request)) request.headers = {};
    if (typeof done === 'function') done();
  });
}

const routeOf = ({ routeOptions }: FastifyRequestLike): SurfaceRoute | undefined => surfaceRouteIn(routeOptions.config);

/** Hands on every route that is added from now on. */
export function listenForRoutes(fastify: FastifyLike, add: (route: AppRoute) => void): void {
  fastify.addHook('onRoute', ({ method, url, config }) => {
    add({ methods: [method].flat(), path: url, surfaceRoute: surfaceRouteIn(config) });
  });
}

/** Lets the surfaces' paths answer with a slash at their end too, as they do on Express. */
export function takeTrailingSlashes(fastify: FastifyLike): void {
  const { routerOptions, ignoreTrailingSlash } = fastify.initialConfig;
  // Then both are one route, which cannot be added twice.
  if (routerOptions?.ignoreTrailingSlash || ignoreTrailingSlash) return;
  fastify.addHook('onRoute', (route) => {
    // Fastify itself adds HEAD to each GET.
    if (!surfaceRouteIn(route.config) || route.url.endsWith('/') || route.method === 'HEAD') return;
    fastify.route({ ...route, url: `${route.url}/` });
  });
}
