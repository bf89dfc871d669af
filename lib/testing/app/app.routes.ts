import { GraphError } from '../errors/graph-error.js';
import type { Graph } from '../graph.js';
import { authorize, ownerOf } from '../server/authorization.js';
import { type GraphReply, ok } from '../server/graph-call.js';
import type { ReceivedRequest } from '../server/received-request.js';

/** What belongs to the app, and to no account of it: undefined for every other path. */
export function answerForApp(graph: Graph, name: string, edge: string | undefined, request: ReceivedRequest) {
  const { app } = graph;
  if (request.method !== 'GET') return undefined;
  if (name === 'debug_token' && edge === undefined) return debugToken(graph, request);
  if (name === app.id && edge === 'subscriptions') return listSubscriptions(graph, request);
  if ((name === 'app' || name === app.id) && edge === undefined) {
    authorize(graph, request);
    return ok({ id: app.id, name: app.name, link: `https://www.facebook.com/games/?app_id=${app.id}` });
  }
  return undefined;
}

/** Describes a token. See Meta's page "Debugging access tokens". */
function debugToken(graph: Graph, request: ReceivedRequest): GraphReply {
  const { app } = graph;
  if (!isAppToken(graph, request)) authorize(graph, request);
  const input = request.query.get('input_token');
  if (input === null) throw new GraphError(100, { message: '(#100) The parameter input_token is required' });
  const owner = ownerOf(graph, input);
  const expiresAt = Math.floor((app.tokenExpiresAt ?? 0) / 1000);
  if (!owner || (app.tokenExpiresAt !== undefined && app.tokenExpiresAt <= graph.now())) {
    const error = { code: 190, message: 'The access token could not be decrypted' };
    return ok({ data: { is_valid: false, error, scopes: [] } });
  }
  const accounts = graph.accounts.filter((account) => (account.ownAccessToken ?? graph.accessToken) === input);
  const targets = accounts.map(({ id }) => id);
  return ok({
    data: {
      app_id: app.id,
      application: app.name,
      type: 'SYSTEM_USER',
      is_valid: true,
      expires_at: expiresAt,
      data_access_expires_at: 0,
      scopes: app.permissions,
      granular_scopes: app.permissions.map((scope) => ({ scope, target_ids: targets })),
      user_id: '122100000000000000',
    },
  });
}

/** Which webhooks the app gets. See Meta's page "Application Subscriptions": only the app itself may ask. */
function listSubscriptions(graph: Graph, request: ReceivedRequest): GraphReply {
  if (!isAppToken(graph, request)) {
    authorize(graph, request);
    throw new GraphError(15, { message: '(#15) This method must be called with an app access_token.' });
  }
  const { webhookFields } = graph.app;
  const url = graph.webhooks.options?.url;
  if (url === undefined) return ok({ data: [] });
  const fields = webhookFields.map((name) => ({ name, version: 'v25.0' }));
  return ok({ data: [{ object: 'whatsapp_business_account', callback_url: url, active: true, fields }] });
}

/** `<app id>|<app secret>` in place of a token. Throws when it is one with another secret. */
function isAppToken(graph: Graph, { headers, query }: ReceivedRequest): boolean {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(headers.authorization ?? '')?.[1] ?? query.get('access_token');
  const [id, secret] = bearer?.split('|') ?? [];
  if (secret === undefined) return false;
  if (id === graph.app.id && secret === graph.appSecret) return true;
  throw new GraphError(190, { message: 'Invalid OAuth access token signature.' });
}
