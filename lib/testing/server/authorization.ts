import { createHmac, timingSafeEqual } from 'node:crypto';
import { GraphError } from '../errors/graph-error.js';
import type { Graph } from '../graph.js';
import type { GraphNode } from '../graph-node.js';
import type { ReceivedRequest } from './received-request.js';

/** Who calls: a token that this server knows. */
export interface Caller {
  readonly token: string;
}

/** What is asked of a node. */
interface GraphTarget {
  readonly method: string;
  readonly edge: string | undefined;
}

/** Checks the bearer token and, when there is one or must be one, the proof made with the app secret. */
export function authorize(graph: Graph, request: ReceivedRequest): Caller {
  const token = tokenOf(request);
  if (token === undefined) throw new GraphError(0);
  const isMalformed = graph.options.isMalformedToken ?? looksMalformed;
  if (isMalformed(token)) throw new GraphError(190, { message: `Malformed access token ${token}` });
  const owner = ownerOf(graph, token);
  if (!owner) throw new GraphError(190);
  checkExpiry(graph);
  checkProof(request.query.get('appsecret_proof'), token, owner.appSecret, graph);
  return { token };
}

/** What a token belongs to: one account, or all that have none of their own. */
export function ownerOf(graph: Graph, token: string): { readonly appSecret: string } | undefined {
  const owner = graph.accounts.find((account) => account.ownAccessToken === token);
  return owner ?? (token === graph.accessToken ? graph : undefined);
}

/** What sends, and takes files to send. Everything else is management. */
const MESSAGING_EDGES: ReadonlySet<string | undefined> = new Set([
  'messages',
  'marketing_messages',
  'media',
  'register',
  'deregister',
]);

/** Checks that the caller may use a node: the token must be that of its account, and have the permission. */
export function permit(graph: Graph, caller: Caller, node: GraphNode, call: GraphTarget): void {
  const { method, edge } = call;
  const permission = MESSAGING_EDGES.has(edge) ? 'whatsapp_business_messaging' : 'whatsapp_business_management';
  const isOwn = caller.token === (node.account.ownAccessToken ?? graph.accessToken);
  if (isOwn && graph.app.permissions.includes(permission)) return;
  throw new GraphError(method === 'GET' ? 200 : 10);
}

function checkExpiry(graph: Graph): void {
  const { tokenExpiresAt } = graph.app;
  if (tokenExpiresAt === undefined || graph.now() < tokenExpiresAt) return;
  const message = `Error validating access token: Session has expired on ${new Date(tokenExpiresAt).toUTCString()}.`;
  throw new GraphError(190, { subcode: 463, message });
}

function tokenOf({ headers, query }: ReceivedRequest): string | undefined {
  const bearer = /^Bearer\s+(\S.*)$/i.exec(headers.authorization ?? '')?.[1];
  return (bearer ?? query.get('access_token')) || undefined;
}

function looksMalformed(token: string): boolean {
  return /[^\x21-\x7e]|["'`]/.test(token);
}

function checkProof(proof: string | null, token: string, appSecret: string, graph: Graph): void {
  if (proof === null) {
    if (!graph.options.requireAppSecretProof) return;
    throw proofError('API calls from the server require an appsecret_proof argument');
  }
  const expected = Buffer.from(createHmac('sha256', appSecret).update(token).digest('hex'));
  const actual = Buffer.from(proof);
  if (actual.length === expected.length && timingSafeEqual(actual, expected)) return;
  throw proofError('Invalid appsecret_proof provided in the API argument');
}

function proofError(message: string): GraphError {
  return new GraphError(100, { message, type: 'GraphMethodException' });
}
