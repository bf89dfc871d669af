// The bodies, queries and answers of the HTTP APIs, for clients that are written in TypeScript: types alone, nothing is loaded.
export type * as Messaging from './messaging/types.js';
export type * as Workspace from './workspace/types.js';
export type * as Conversations from './conversations/types.js';
export type * as MetaTemplates from './meta-templates/types.js';
export type * as Console from './console/types.js';
