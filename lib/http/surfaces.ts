import type { ConsoleOptions } from './console/console.options.js';
import { consoleSurface } from './console/console.surface.js';
import { conversationsSurface } from './conversations/conversations.surface.js';
import { metaTemplatesSurface } from './meta-templates/meta-templates.surface.js';
import { joinPaths, mountSurface } from './surface/mount-surface.js';
import { messagingSurface } from './messaging/messaging.surface.js';
import type { MountedSurface, Surface, SurfaceOptions } from './surface/surface.js';
import { webhookSurface } from './webhook/webhook.surface.js';
import { workspaceSurface } from './workspace/workspace.surface.js';

const SURFACES = {
  metaTemplates: metaTemplatesSurface,
  conversations: conversationsSurface,
  messaging: messagingSurface,
  workspace: workspaceSurface,
  webhook: webhookSurface,
  console: consoleSurface,
} as const;

/**
 * Name of a surface that can be mounted.
 *
 * @publicApi
 */
export type SurfaceName = keyof typeof SURFACES;

/**
 * Which surfaces the host mounts: `true` for the defaults. A surface that is not named answers nothing.
 *
 * @publicApi
 */
export type SurfacesOptions = {
  readonly [Name in SurfaceName]?: boolean | (Name extends 'console' ? ConsoleOptions : SurfaceOptions);
};

export const SURFACE_NAMES = Object.keys(SURFACES);

export function mountSurfaces(options: SurfacesOptions): MountedSurface[] {
  const { metaTemplates, conversations, messaging, workspace, webhook, console } = options;
  return [
    ...mountIfWanted('metaTemplates', metaTemplates),
    ...mountIfWanted('conversations', conversations),
    ...mountIfWanted('messaging', messaging),
    ...mountIfWanted('webhook', webhook),
    ...mountIfWanted('webhook', webhookBelow(conversations, webhook)),
    ...mountIfWanted('console', console),
    // Its prefix begins with a name: what is another's is matched before.
    ...mountIfWanted('workspace', workspace),
  ];
}

/** Clients of the conversations' API know the webhook below its prefix; the guards that the host gives it are used there, too. */
function webhookBelow(
  conversations: boolean | SurfaceOptions | undefined,
  webhook: boolean | SurfaceOptions | undefined,
): SurfaceOptions | undefined {
  if (conversations === undefined || conversations === false) return undefined;
  const prefix = joinPaths(prefixOf(SURFACES.conversations, conversations), 'webhook');
  const isThere =
    webhook !== undefined && webhook !== false && joinPaths(prefixOf(SURFACES.webhook, webhook)) === prefix;
  return isThere ? undefined : { ...(typeof webhook === 'object' && webhook), prefix };
}

const prefixOf = ({ defaultPrefix }: Surface, options: boolean | SurfaceOptions): string =>
  (typeof options === 'object' ? options.prefix : undefined) ?? defaultPrefix;

function mountIfWanted(name: SurfaceName, wanted: boolean | SurfaceOptions | undefined): MountedSurface[] {
  if (wanted === undefined || wanted === false) return [];
  const prefix = `/${joinPaths(prefixOf(SURFACES[name], wanted))}`;
  return [{ name, prefix, ...mountSurface(SURFACES[name], wanted === true ? {} : wanted) }];
}
