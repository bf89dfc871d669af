import { GraphError, invalidParam } from '../errors/graph-error.js';
import type { GraphCall } from './graph-call.js';
import type { JsonObject } from './param.js';

const DEFAULT_LIMIT = 25;
/** Never repeated in `paging.next`: the client sends its credentials with each call anyway. */
const CREDENTIALS = ['access_token', 'appsecret_proof'];

/** A page of nodes as Meta answers it, with absolute links to its neighbours. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly paging: JsonObject | undefined;
}

/**
 * The page that `limit`, `after` and `before` ask for, out of `nodes` as far as they pass the filter. A cursor represents
 * a node, so it survives changes around it and goes stale when its node is gone.
 * See Meta's Graph API page "Paginated results".
 */
export function paginate<T extends { readonly id: string }>(
  nodes: readonly T[],
  matches: (node: T) => boolean,
  call: GraphCall,
): Page<T> {
  const limit = limitOf(call);
  const after = call.query.get('after') || undefined;
  const before = call.query.get('before') || undefined;
  const start = after === undefined ? 0 : position(nodes, after, call) + 1;
  const end = before === undefined ? nodes.length : position(nodes, before, call);
  const matching = nodes.slice(start, end).filter(matches);
  const backwards = before !== undefined && after === undefined;
  const items = backwards ? matching.slice(-limit) : matching.slice(0, limit);

  const first = items[0];
  const last = items.at(-1);
  if (!first || !last) return { items, paging: undefined };
  const cursors = { before: cursorOf(first), after: cursorOf(last) };
  const hasNext = nodes.slice(nodes.indexOf(last) + 1).some(matches);
  const hasPrevious = nodes.slice(0, nodes.indexOf(first)).some(matches);
  return {
    items,
    paging: {
      cursors,
      ...(hasNext && { next: link(call, limit, 'after', cursors.after) }),
      ...(hasPrevious && { previous: link(call, limit, 'before', cursors.before) }),
    },
  };
}

function limitOf(call: GraphCall): number {
  const text = call.query.get('limit');
  if (text === null) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw invalidParam('limit', 'must be a positive integer.');
  return Number(text);
}

function cursorOf(node: { readonly id: string }): string {
  return Buffer.from(`node:${node.id}`).toString('base64url');
}

function position(nodes: readonly { readonly id: string }[], cursor: string, call: GraphCall): number {
  const index = nodes.findIndex((node) => cursorOf(node) === cursor);
  if (index >= 0) return index;
  const details = 'The cursor is not valid any more: list again from the start.';
  throw new GraphError(call.version >= 24 ? 131059 : 100, { details });
}

function link(call: GraphCall, limit: number, direction: 'after' | 'before', cursor: string): string {
  const url = new URL(call.path, call.graph.url);
  url.search = call.query.toString();
  for (const name of [...CREDENTIALS, 'after', 'before']) url.searchParams.delete(name);
  url.searchParams.set('limit', String(limit));
  url.searchParams.set(direction, cursor);
  return url.href;
}
