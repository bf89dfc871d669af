import type { GraphNode } from '../graph-node.js';
import type { GraphCall, GraphReply } from './graph-call.js';

/** One endpoint: a method and an edge on one kind of node. */
export interface Route {
  readonly method: string;
  /** The path segment after the node's id, or undefined for the node itself. */
  readonly edge: string | undefined;
  /** Answers, or returns undefined when the node is of another kind. */
  answer(node: GraphNode, call: GraphCall): GraphReply | undefined;
}

/** Declares an endpoint on the nodes of one class. */
export function on<N extends GraphNode>(
  kind: abstract new (...args: never[]) => N,
  method: 'GET' | 'POST' | 'DELETE',
  edge: string | undefined,
  answer: (node: N, call: GraphCall) => GraphReply,
): Route {
  return { method, edge, answer: (node, call) => (node instanceof kind ? answer(node, call) : undefined) };
}
