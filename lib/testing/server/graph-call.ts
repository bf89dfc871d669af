import type { Graph } from '../graph.js';
import type { MissingParam } from './param.js';
import { Param } from './param.js';
import type { ReceivedRequest } from './received-request.js';
import { invalidParam } from '../errors/refusals.js';

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
    /** As it stands in the path: `v25.0`. */
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

/** The answer of everything that has nothing to tell. */
export const SUCCESS: GraphReply = { status: 200, body: { success: true } };

export function ok(body: unknown): GraphReply {
  return { status: 200, body };
}
