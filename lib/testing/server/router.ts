import { accountRoutes } from '../accounts/account.routes.js';
import { blockUsersRoutes } from '../accounts/block-users.routes.js';
import { GraphError } from '../errors/graph-error.js';
import { unknownObject, unknownPath } from '../errors/refusals.js';
import type { Graph } from '../graph.js';
import { ATTACHMENTS_PATH, downloadMedia } from '../media/media-download.js';
import { mediaRoutes } from '../media/media.routes.js';
import { messageRoutes } from '../messages/message.routes.js';
import { templateRoutes } from '../templates/template.routes.js';
import { authorize, permit } from './authorization.js';
import { GraphCall, type GraphReply } from './graph-call.js';
import type { ReceivedRequest } from './received-request.js';

const ROUTES = [...accountRoutes, ...blockUsersRoutes, ...templateRoutes, ...mediaRoutes, ...messageRoutes];

/** Finds the endpoint for a request and has it answer. Throws a GraphError for every refusal. */
export function route(graph: Graph, request: ReceivedRequest): GraphReply {
  const { path, query } = request;
  const caller = authorize(graph, request);
  if (path === ATTACHMENTS_PATH) return downloadMedia(graph, caller, query);

  const [versionName = '', id = '', edge, ...rest] = path.split('/').filter((segment) => segment !== '');
  const version = checkVersion(graph, versionName, path);
  if (id === '' || rest.length > 0) throw unknownPath(path);

  const node = graph.nodes.get(id);
  if (!node) throw unknownObject(request.method, id);
  permit(graph, caller, node, request.method);

  const call = new GraphCall(graph, request, versionName, version);
  for (const candidate of ROUTES) {
    if (candidate.method !== request.method || candidate.edge !== edge) continue;
    const reply = candidate.answer(node, call);
    if (reply) return reply;
  }
  throw edge === undefined ? unknownObject(request.method, id) : unknownPath(`/${edge}`);
}

function checkVersion(graph: Graph, name: string, path: string): number {
  const version = /^v(\d+)\.\d+$/.exec(name)?.[1];
  if (version === undefined) throw unknownPath(path);
  const oldest = graph.options.oldestVersion ?? 'v20.0';
  if (Number(version) >= Number.parseInt(oldest.slice(1), 10)) return Number(version);
  const title = 'You are calling a deprecated version of the API';
  throw new GraphError(2635, { message: `(#2635) ${title}: ${name}. Please use ${oldest} or a later one.` });
}
