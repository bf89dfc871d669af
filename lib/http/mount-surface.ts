import { Controller, RequestMethod, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { AbilityGuard } from '../auth/ability.guard.js';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import { isTakingRawBody } from './bodies/raw-body.decorator.js';
import { ReadableBodyGuard } from './bodies/readable-body.guard.js';
import { streamedTypesOf } from './bodies/streamed-body.decorator.js';
import type { MountedSurface, Surface, SurfaceOptions, SurfaceRoute } from './surface.js';

/**
 * Puts a surface's controllers at a prefix, behind guards. Each mount gets classes of its own, so that two modules in
 * one process do not share a path; guards and filters sit on these classes alone and leave the host's untouched.
 */
export function mountSurface(surface: Surface, options: SurfaceOptions = {}): MountedSurface {
  const prefix = options.prefix ?? surface.defaultPrefix;
  const guards = options.guards ?? surface.guards ?? [ApiKeyGuard];
  const mounted = surface.controllers.map((controller) => {
    const path = joinPaths(prefix, pathOf(controller));
    const Mounted = { [controller.name]: class extends controller {} }[controller.name] ?? controller;
    Controller(path)(Mounted);
    UseGuards(...guards, ...(surface.rules ?? []), AbilityGuard, ReadableBodyGuard)(Mounted);
    UseFilters(surface.filter)(Mounted);
    return { controller: Mounted, routes: routesOf(controller, path) };
  });
  return {
    controllers: mounted.map(({ controller }) => controller),
    routes: mounted.flatMap(({ routes }) => routes),
  };
}

function routesOf(controller: Type, path: string): SurfaceRoute[] {
  const handlers = Object.values(Object.getOwnPropertyDescriptors(controller.prototype)).map(({ value }) => value);
  return handlers.flatMap((handler: unknown) => {
    const method: unknown = typeof handler === 'function' && Reflect.getMetadata(METHOD_METADATA, handler);
    if (typeof handler !== 'function' || typeof method !== 'number') return [];
    const route = { method: RequestMethod[method] ?? '', path: joinPaths(path, pathOf(handler)) };
    return [{ ...route, streamedTypes: streamedTypesOf(handler), takesRawBody: isTakingRawBody(handler) }];
  });
}

function pathOf(target: object): string {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return typeof path === 'string' ? path : '';
}

export const joinPaths = (...paths: readonly string[]): string =>
  paths
    .map((path) => path.replace(/^\/+|\/+$/g, ''))
    .filter(Boolean)
    .join('/');
