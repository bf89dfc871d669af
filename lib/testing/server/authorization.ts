import { createHmac, timingSafeEqual } from 'node:crypto';
import { GraphError } from '../errors/graph-error.js';
import type { Graph } from '../graph.js';
import type { GraphNode } from '../graph-node.js';
import type { ReceivedRequest } from './received-request.js';

/** Who calls: a token that this server knows. */
export interface Caller {
  readonly token: string;
}

/** Checks the bearer token and, when there is one or must be one, the proof made with the app secret. */
export function authorize(graph: Graph, request: ReceivedRequest): Caller {
  const token = tokenOf(request);
  if (token === undefined) throw new GraphError(0);
  const isMalformed = graph.options.isMalformedToken ?? looksMalformed;
  if (isMalformed(token)) throw new GraphError(190, { message: `Malformed access token ${token}` });
  const owner = graph.accounts.find((account) => account.ownAccessToken === token);
  if (!owner && token !== graph.accessToken) throw new GraphError(190);
  checkProof(request.query.get('appsecret_proof'), token, owner?.appSecret ?? graph.appSecret, graph);
  return { token };
}

/** Checks that the caller may use a node: the token must be that of its account. */
export function permit(graph: Graph, caller: Caller, node: GraphNode, method: string): void {
  if (caller.token === (node.account.ownAccessToken ?? graph.accessToken)) return;
  throw new GraphError(method === 'GET' ? 200 : 10);
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
