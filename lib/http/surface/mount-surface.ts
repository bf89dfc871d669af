import { Controller, RequestMethod, type Type, UseFilters, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  METHOD_METADATA,
  PATH_METADATA,
  PIPES_METADATA,
  PARAMTYPES_METADATA,
} from '@nestjs/common/constants';
import { AbilityGuard } from '../../auth/caller.js';
import { ApiKeyGuard } from '../../auth/api-key.guard.js';
import { isTakingRawBody, streamedTypesOf } from '../bodies/body.decorators.js';
import { RawBodyGuard, ReadableBodyGuard } from '../bodies/readable-body.guard.js';
import { describeController } from '../openapi/describe-controller.js';
import { inputOf } from './handler-input.js';
import { NOTE_HANDLER, setFieldNames } from './surface-exception.filter.js';
import { rateLimitGuard } from './rate-limit.guard.js';
import {
  markSurfaceRoute,
  type MountedSurface,
  type Surface,
  type SurfaceOptions,
  type SurfaceRoute,
} from './surface.js';

/**
 * Puts a surface's controllers at a prefix, behind guards. Each mount gets classes and methods of its own, so that two
 * modules in one process share neither paths nor metadata; guards and filters sit on these classes alone and leave the
 * host's untouched.
 */
export function mountSurface(surface: Surface, options: SurfaceOptions = {}): Omit<MountedSurface, 'name' | 'prefix'> {
  const prefix = options.prefix ?? surface.defaultPrefix;
  const guards = options.guards ?? surface.guards ?? [ApiKeyGuard];
  const rateLimit = options.rateLimit ?? surface.rateLimit ?? false;
  const rules = [
    ...(surface.rules ?? []),
    ...(rateLimit === false ? [] : [rateLimitGuard({ place: joinPaths(prefix), perMinute: rateLimit })]),
  ];
  // Guards of the host's may want to see the body; ours need no more than the key.
  const first = guards.every(isApiKeyGuard) ? [] : [RawBodyGuard];
  const gates = { key: guards.some(isApiKeyGuard), rate: rateLimit !== false };
  const mounted = surface.controllers.map((controller) => {
    const path = joinPaths(prefix, pathOf(controller));
    const Mounted = { [controller.name]: class extends controller {} }[controller.name] ?? controller;
    Controller({ path, version: options.version ?? VERSION_NEUTRAL })(Mounted);
    UseGuards(...first, ...guards, ...rules, AbilityGuard, ReadableBodyGuard, NOTE_HANDLER)(Mounted);
    UseFilters(surface.filter)(Mounted);
    const routes = routesOf(controller, path, surface);
    for (const name of routes.keys()) giveOwnHandler(Mounted, name);
    hideInputTypes(Mounted, routes.keys());
    const inputs = new Map(Array.from(routes.keys(), (name) => [name, inputOf(Mounted, name)]));
    for (const [name, input] of inputs) setFieldNames(Mounted.prototype[name], input);
    const { documentation, filter } = surface;
    describeController({ controller: Mounted, routes, inputs, documentation, filter, gates });
    decorate(Mounted, routes.keys(), options.decorators ?? []);
    for (const [name, route] of routes) markSurfaceRoute(Mounted.prototype[name], route);
    return { controller: Mounted, routes };
  });
  return {
    filter: surface.filter,
    controllers: mounted.map(({ controller }) => controller),
    routes: mounted.flatMap(({ routes }) => [...routes.values()]),
  };
}

/** The routes of a controller by the names of its methods, those that it inherits included. */
function routesOf(controller: Type, path: string, { takesUntypedJson = false }: Surface): Map<string, SurfaceRoute> {
  const routes = new Map<string, SurfaceRoute>();
  for (const [name, handler] of methodsOf(controller.prototype)) {
    const method: unknown = typeof handler === 'function' && Reflect.getMetadata(METHOD_METADATA, handler);
    if (typeof handler !== 'function' || typeof method !== 'number') continue;
    const route = { method: RequestMethod[method] ?? '', path: joinPaths(path, pathOf(handler)) };
    const bodies = {
      streamedTypes: streamedTypesOf(handler),
      takesRawBody: isTakingRawBody(handler),
      takesUntypedJson,
    };
    routes.set(name, { ...route, ...bodies });
  }
  return routes;
}

/** What is in a prototype and those before it; its own come first. */
function methodsOf(prototype: object): Map<string, unknown> {
  const methods = new Map<string, unknown>();
  for (let level: object | null = prototype; level !== null; level = Reflect.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (!methods.has(name)) methods.set(name, value);
    }
  }
  return methods;
}

/** Gives a class a method of its own instead of the one that it inherits: the same with all its metadata. */
function giveOwnHandler({ prototype }: Type, name: string): void {
  const inherited: (...args: unknown[]) => unknown = prototype[name];
  const own = function (this: unknown, ...args: unknown[]): unknown {
    return Reflect.apply(inherited, this, args);
  };
  for (const key of Reflect.getMetadataKeys(inherited)) {
    Reflect.defineMetadata(key, Reflect.getMetadata(key, inherited), own);
  }
  Object.defineProperty(own, 'name', { value: name });
  Object.defineProperty(prototype, name, { value: own, configurable: true, writable: true });
}

/** What Nest and its packages merge from class and method: on both it would count twice. */
const MERGED = new Set<unknown>([
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
  PATH_METADATA,
]);

/** Puts the host's decorators on a controller, and the metadata that they set on its methods: not every guard reads both. */
function decorate(controller: Type, names: Iterable<string>, decorators: readonly ClassDecorator[]): void {
  const before = metadataOf(controller);
  for (const decorator of decorators) decorator(controller);
  const set = [...metadataOf(controller)].filter(
    ([key, value]) => before.get(key) !== value && !MERGED.has(key) && !String(key).startsWith('swagger/'),
  );
  for (const name of names) {
    const handler: object = controller.prototype[name];
    for (const [key, value] of set) Reflect.defineMetadata(key, value, handler);
  }
}

const metadataOf = (target: object): ReadonlyMap<unknown, unknown> =>
  new Map(Reflect.getOwnMetadataKeys(target).map((key: unknown) => [key, Reflect.getOwnMetadata(key, target)]));

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

/**
 * Keeps the classes of a controller's inputs to the surface's own pipes: a global `ValidationPipe` of the host's would
 * hold bodies against them, and API documents would show them as empty schemas.
 * @param names of its methods
 */
function hideInputTypes({ prototype }: Type, names: Iterable<string>): void {
  for (const name of names) {
    const types: unknown = Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name);
    if (!Array.isArray(types)) continue;
    const hidden = types.map(() => Object);
    Reflect.defineMetadata(PARAMTYPES_METADATA, hidden, prototype, name);
  }
}
