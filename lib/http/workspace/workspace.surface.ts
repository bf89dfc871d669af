import type { Surface } from '../surface.js';
import { WorkspaceExceptionFilter } from './workspace-exception.filter.js';

/** Xobito's API: messages, templates and contacts of one workspace, which the path names. */
export const workspaceSurface: Surface = {
  defaultPrefix: '/api/v1/:subdomain',
  controllers: [],
  filter: WorkspaceExceptionFilter,
};
