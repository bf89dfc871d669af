import { metaTemplatesSurface } from './meta-templates/meta-templates.surface.js';
import { mountSurface } from './mount-surface.js';
import type { MountedSurface, Surface, SurfaceOptions } from './surface.js';

const SURFACES = { metaTemplates: metaTemplatesSurface } as const;

/** Name of a surface that can be mounted. */
export type SurfaceName = keyof typeof SURFACES;

/** Which surfaces the host mounts: `true` for the defaults. A surface that is not named answers nothing. */
export type SurfacesOptions = { readonly [Name in SurfaceName]?: boolean | SurfaceOptions };

export const SURFACE_NAMES = Object.keys(SURFACES);

export function mountSurfaces({ metaTemplates }: SurfacesOptions): MountedSurface[] {
  return [...mountIfWanted(SURFACES.metaTemplates, metaTemplates)];
}

function mountIfWanted(surface: Surface, wanted: boolean | SurfaceOptions | undefined): MountedSurface[] {
  if (wanted === undefined || wanted === false) return [];
  return [mountSurface(surface, wanted === true ? {} : wanted)];
}
