import type { Graph } from '../graph.js';
import type { MissingParam } from './param.js';
import { Param } from './param.js';
import type { ReceivedRequest } from './received-request.js';
import { invalidParam } from '../errors/graph-error.js';
import type { GraphNode } from '../graph-node.js';

/** What an endpoint answers. A Buffer is sent as it is, anything else as JSON. */
export interface GraphReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An authorized call of one endpoint. */
export class GraphCall {
  constructor(
    readonly graph: Graph,
    private readonly received: ReceivedRequest,
    /** As in the path: `v25.0`. */
    readonly versionName: string,
    /** The major version: 25. */
    readonly version: number,
  ) {}

  get query(): URLSearchParams {
    return this.received.query;
  }

  get method(): string {
    return this.received.method;
  }

  /** When it began to arrive, by `Graph.preciseNow()`. */
  get arrivedAt(): number {
    return this.received.arrivedAt;
  }

  get multipart(): ReceivedRequest['multipart'] {
    return this.received.multipart;
  }

  /** The path of this call with its version. */
  get path(): string {
    return this.received.path;
  }

  /** The body as parameters; absent when there was none. Throws 100 for a body that cannot be parsed. */
  body(missing: MissingParam): Param {
    if (this.received.malformed !== undefined) throw invalidParam('', this.received.malformed);
    return new Param(this.received.body, '', missing);
  }
}

/** The answer of calls that return nothing else. */
export const SUCCESS: GraphReply = { status: 200, body: { success: true } };

export function ok(body: unknown): GraphReply {
  return { status: 200, body };
}

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
