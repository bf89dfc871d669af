import type { MountedSurface } from '../surface.js';

/** All surfaces that a module mounted; found by `setupWhatsApp`. */
export const MOUNTED_SURFACES = Symbol('MOUNTED_SURFACES');

/** Tells whether a request is for one of the surfaces, whatever global prefix or version stands before its path. */
export function surfacePathMatcher(surfaces: readonly MountedSurface[]): (url: string) => boolean {
  const patterns = surfaces.flatMap(({ paths }) => paths).map((path) => path.split('/').map(segmentPattern).join('/'));
  if (patterns.length === 0) return () => false;
  // Express tells no capitals from small letters.
  const matcher = new RegExp(`(?:^|/)(?:${patterns.join('|')})(?=[/?]|$)`, 'i');
  return (url) => matcher.test(url.split('?', 1)[0] ?? '');
}

const segmentPattern = (segment: string): string =>
  segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
