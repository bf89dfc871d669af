import { Controller, type Type, UseFilters, UseGuards } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { AbilityGuard } from '../auth/ability.guard.js';
import { ApiKeyGuard } from '../auth/api-key.guard.js';
import { ReadableBodyGuard } from './bodies/readable-body.guard.js';
import type { MountedSurface, Surface, SurfaceOptions } from './surface.js';

/**
 * Puts a surface's controllers at a prefix, behind guards. Each mount gets classes of its own, so that two modules in
 * one process do not share a path; guards and filters sit on these classes alone and leave the host's untouched.
 */
export function mountSurface(surface: Surface, options: SurfaceOptions = {}): MountedSurface {
  const prefix = trimSlashes(options.prefix ?? surface.defaultPrefix);
  const guards = options.guards ?? [ApiKeyGuard];
  const mounted = surface.controllers.map((controller) => {
    const path = [prefix, pathOf(controller)].filter(Boolean).join('/');
    const Mounted = { [controller.name]: class extends controller {} }[controller.name] ?? controller;
    Controller(path)(Mounted);
    UseGuards(...guards, AbilityGuard, ReadableBodyGuard)(Mounted);
    UseFilters(surface.filter)(Mounted);
    return { path, controller: Mounted };
  });
  return {
    controllers: mounted.map(({ controller }) => controller),
    paths: mounted.map(({ path }) => path),
  };
}

function pathOf(controller: Type): string {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, controller);
  return typeof path === 'string' ? trimSlashes(path) : '';
}

const trimSlashes = (path: string): string => path.replace(/^\/+|\/+$/g, '');
