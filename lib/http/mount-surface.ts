import { Controller, RequestMethod, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { AbilityGuard } from '../auth/ability.guard.js';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import { isTakingRawBody } from './bodies/raw-body.decorator.js';
import { ReadableBodyGuard } from './bodies/readable-body.guard.js';
import { streamedTypesOf } from './bodies/streamed-body.decorator.js';
import { hideInputTypes } from './hide-input-types.js';
import { describeController } from './openapi/describe-controller.js';
import { rateLimitGuard } from './rate-limit.guard.js';
import type { MountedSurface, Surface, SurfaceOptions, SurfaceRoute } from './surface.js';

/**
 * Puts a surface's controllers at a prefix, behind guards. Each mount gets classes of its own, so that two modules in
 * one process do not share a path; guards and filters sit on these classes alone and leave the host's untouched.
 */
export function mountSurface(surface: Surface, options: SurfaceOptions = {}): MountedSurface {
  const prefix = options.prefix ?? surface.defaultPrefix;
  const guards = options.guards ?? surface.guards ?? [ApiKeyGuard];
  const rateLimit = options.rateLimit ?? surface.rateLimit ?? false;
  const rules = [
    ...(surface.rules ?? []),
    ...(rateLimit === false ? [] : [rateLimitGuard({ place: joinPaths(prefix), perMinute: rateLimit })]),
  ];
  const gates = { key: guards.some(isApiKeyGuard), rate: rateLimit !== false };
  const mounted = surface.controllers.map((controller) => {
    const path = joinPaths(prefix, pathOf(controller));
    const Mounted = { [controller.name]: class extends controller {} }[controller.name] ?? controller;
    Controller(path)(Mounted);
    UseGuards(...guards, ...rules, AbilityGuard, ReadableBodyGuard)(Mounted);
    UseFilters(surface.filter)(Mounted);
    const routes = routesOf(controller, path);
    hideInputTypes(Mounted, routes.keys());
    describeController({ controller: Mounted, routes, documentation: surface.documentation, gates });
    return { controller: Mounted, routes };
  });
  return {
    controllers: mounted.map(({ controller }) => controller),
    routes: mounted.flatMap(({ routes }) => [...routes.values()]),
  };
}

/** The routes of a controller by the names of its methods. */
function routesOf(controller: Type, path: string): Map<string, SurfaceRoute> {
  const routes = new Map<string, SurfaceRoute>();
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))) {
    const handler: unknown = value;
    const method: unknown = typeof handler === 'function' && Reflect.getMetadata(METHOD_METADATA, handler);
    if (typeof handler !== 'function' || typeof method !== 'number') continue;
    const route = { method: RequestMethod[method] ?? '', path: joinPaths(path, pathOf(handler)) };
    routes.set(name, { ...route, streamedTypes: streamedTypesOf(handler), takesRawBody: isTakingRawBody(handler) });
  }
  return routes;
}

const isApiKeyGuard = (guard: unknown): boolean =>
  guard instanceof ApiKeyGuard ||
  (typeof guard === 'function' && (guard === ApiKeyGuard || guard.prototype instanceof ApiKeyGuard));

function pathOf(target: object): string {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return typeof path === 'string' ? path : '';
}

export const joinPaths = (...paths: readonly string[]): string =>
  paths
    .map((path) => path.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
