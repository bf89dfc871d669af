import { type HttpException, MethodNotAllowedException, NotFoundException } from '@nestjs/common';
import type { MountedSurface, SurfaceRoute } from './surface.js';

/** A route of the app, as its router has it. */
export interface AppRoute {
  /** In capitals. */
  readonly methods: readonly string[];
  /** With all prefixes, such as `/backend/api/v1/:subdomain/contacts`. */
  readonly path: string;
  /** Of a surface, if it is one's. */
  readonly surfaceRoute: SurfaceRoute | undefined;
}

/** What a request gets that no route of the app takes. */
export interface Unrouted {
  readonly surface: MountedSurface;
  readonly error: HttpException;
  /** Methods that its path takes. */
  readonly allow: readonly string[];
}

/**
 * What a surface says to a request that no route of the app takes: 405 on one of its paths, 404 below its prefix. Undefined
 * where the host has a route of its own on that path, or no surface is near.
 */
export function findUnrouted(
  { method, url }: { readonly method: string; readonly url: string },
  routes: readonly AppRoute[],
  surfaces: readonly MountedSurface[],
): Unrouted | undefined {
  const path = segmentsOf(url.split(/[?#]/, 1)[0] ?? '');
  const ofPath = routes.filter((route) => {
    const pattern = segmentsOf(route.path);
    return pattern.length === path.length && matchedSegments(pattern, path) === path.length;
  });
  const named = `${method} /${path.join('/')}`;
  const own = ofPath.find(({ surfaceRoute }) => surfaceRoute);
  if (own) {
    const methods = new Set(ofPath.flatMap((route) => route.methods));
    if (methods.has('GET')) methods.add('HEAD');
    const surface = surfaceOf(own.surfaceRoute, surfaces);
    // A path with extra slashes or capital letters resembles one of ours, but does not exist.
    if (methods.has(method))
      return surface && { surface, error: new NotFoundException(`There is no ${named}.`), allow: [] };
    const allow = [...methods];
    const error = new MethodNotAllowedException(`${named} is not allowed: use ${allow.join(' or ')}.`);
    return surface && { surface, error, allow };
  }
  const surface = ofPath.length === 0 ? surfaceAbove(path, routes, surfaces) : undefined;
  return surface && { surface, error: new NotFoundException(`There is no ${named}.`), allow: [] };
}

/** Returns the surface that shares the longest prefix with this path, if the path is below the surface's own prefix. */
function surfaceAbove(
  path: readonly string[],
  routes: readonly AppRoute[],
  surfaces: readonly MountedSurface[],
): MountedSurface | undefined {
  let best: { readonly surface: MountedSurface; readonly likeness: number } | undefined;
  for (const route of routes) {
    const surface = surfaceOf(route.surfaceRoute, surfaces);
    if (!surface || !route.surfaceRoute) continue;
    const pattern = segmentsOf(route.path);
    const ownLength = segmentsOf(route.surfaceRoute.path).length - segmentsOf(surface.prefix).length;
    const prefix = pattern.slice(0, pattern.length - ownLength);
    const matched = pattern.slice(0, matchedSegments(pattern, path));
    // A parameter is anything: a path that ends with it need not be meant for the surface.
    const isBelow = prefix.at(-1)?.startsWith(':') ? path.length > prefix.length : path.length >= prefix.length;
    if (!isBelow || matched.length < prefix.length || !matched.some((segment) => !segment.startsWith(':'))) continue;
    const likeness = matched.reduce((sum, segment) => sum + (segment.startsWith(':') ? 1 : 2), 0);
    if (likeness > (best?.likeness ?? 0)) best = { surface, likeness };
  }
  return best?.surface;
}

const surfaceOf = (route: SurfaceRoute | undefined, surfaces: readonly MountedSurface[]): MountedSurface | undefined =>
  route && surfaces.find(({ routes }) => routes.includes(route));

const segmentsOf = (path: string): readonly string[] => path.split('/').filter(Boolean);

/** How many segments of a pattern fit a path, from its beginning; capitals do not matter, as on Express. */
function matchedSegments(pattern: readonly string[], path: readonly string[]): number {
  const end = pattern.findIndex((segment, index) => {
    const given = path[index];
    return given === undefined || (!segment.startsWith(':') && segment.toLowerCase() !== given.toLowerCase());
  });
  return end < 0 ? pattern.length : end;
}
