import type { IncomingMessage } from 'node:http';
import type { AppRoute } from '../surface/unrouted-requests.js';
import { type SurfaceRoute, surfaceRouteOf } from '../surface/surface.js';

type Handle = (request: ExpressRequestLike, response: unknown, next: () => void) => unknown;

type ExpressRequestLike = IncomingMessage & {
  /** Where Express's router keeps the path that it has just read, and is about to match. */
  readonly _parsedUrl?: { readonly pathname?: string | null };
};

/** A middleware or a route of Express's router. */
export interface ExpressLayer {
  readonly name: string;
  handle: Handle;
  readonly route?: {
    readonly path?: unknown;
    readonly methods: Readonly<Record<string, boolean | undefined>>;
    readonly stack: readonly { readonly handle: object }[];
  };
  match(path: string): unknown;
}

/** As much of Express as is needed here, so that a host on Fastify need not install it. */
export interface ExpressLike {
  readonly router?: { readonly stack: readonly ExpressLayer[] };
  /** Of Express 4, where `router` throws. */
  readonly _router?: { readonly stack: readonly ExpressLayer[] };
}

/** What `body-parser` calls its own; `express.json()` and Nest's are the same. */
const PARSERS: ReadonlySet<string> = new Set(['jsonParser', 'urlencodedParser', 'rawParser', 'textParser']);

const skipping = new WeakSet<ExpressLayer>();

/**
 * Lets the body parsers of the app skip what its router is about to hand to a surface, for they would parse whatever a
 * stranger sends, by the host's limits. All other requests they get as before.
 */
export function keepBodiesOnExpress(express: ExpressLike): void {
  for (const layer of layersOf(express)) {
    if (!PARSERS.has(layer.name) || skipping.has(layer)) continue;
    skipping.add(layer);
    const parse = layer.handle;
    layer.handle = (request, response, next) =>
      surfaceRouteFor(express, request) ? next() : parse(request, response, next);
    Object.defineProperty(layer.handle, 'name', { value: layer.name });
  }
}

/** The route of a surface that the router will choose: its first layer with a handler that fits method and path. */
function surfaceRouteFor(express: ExpressLike, request: ExpressRequestLike): SurfaceRoute | undefined {
  const method = request.method?.toLowerCase() ?? '';
  const { _parsedUrl: url } = request;
  const path = url?.pathname;
  if (path === undefined || path === null) return undefined;
  const chosen = layersOf(express).find(({ route }, index, layers) => {
    const handles = route?.methods[method] || route?.methods['_all'];
    return handles && isMatch(layers[index], path);
  });
  return chosen?.route?.stack.map(({ handle }) => surfaceRouteOf(handle)).find(Boolean);
}

/** @returns false for a path with a broken `%`, which Express answers by itself */
function isMatch(layer: ExpressLayer | undefined, path: string): boolean {
  try {
    return Boolean(layer?.match(path));
  } catch {
    return false;
  }
}

/** The routes that the app has by now. */
export function routesOf(express: ExpressLike): AppRoute[] {
  return layersOf(express).flatMap(({ route }) => {
    if (typeof route?.path !== 'string') return [];
    const methods = Object.keys(route.methods).map((method) => method.toUpperCase());
    const surfaceRoute = route.stack.map(({ handle }) => surfaceRouteOf(handle)).find(Boolean);
    return { methods, path: route.path, surfaceRoute };
  });
}

function layersOf(express: ExpressLike): readonly ExpressLayer[] {
  const { _router: ofExpress4 } = express;
  return (ofExpress4 ?? express.router)?.stack ?? [];
}
