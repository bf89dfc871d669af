import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphError } from '../errors/graph-error.js';
import type { Fault } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Graph } from '../graph.js';
import type { GraphReply } from './graph-call.js';
import { receive, type ReceivedRequest } from './received-request.js';
import { route } from './router.js';

const KEPT_MEDIA_BYTES = 20 * 1024 * 1024;

/** Reads, records, lets faults strike, and answers. */
export class RequestHandler {
  constructor(
    private readonly graph: Graph,
    private readonly faults: Faults,
    /** Ends delays when the server goes away. */
    private readonly ended: AbortSignal,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request, this.graph.options.keepMediaBytes ?? KEPT_MEDIA_BYTES);
    const fault = this.#record(received);
    if (fault && fault.when !== 'after-accepting' && (await this.#strike(fault, response))) return;
    const reply = this.#answer(received);
    if (fault?.when === 'after-accepting' && reply.status < 300 && (await this.#strike(fault, response))) return;
    send(response, reply);
  }

  #record({ method, url, headers, body }: ReceivedRequest): Fault | undefined {
    const query = Object.fromEntries(url.searchParams);
    const receivedAt = new Date(this.graph.now());
    const request = { method, path: url.pathname, query, headers, body, receivedAt };
    this.graph.records.addRequest(request);
    return this.faults.take(request);
  }

  #answer(received: ReceivedRequest): GraphReply {
    try {
      return route(this.graph, received);
    } catch (error) {
      if (error instanceof GraphError) return refusal(error);
      throw error;
    }
  }

  /** Lets a fault strike; false when the request goes on. */
  async #strike(fault: Fault, response: ServerResponse): Promise<boolean> {
    if (fault.kind === 'delay') {
      await delay(fault.ms, undefined, { signal: this.ended });
      return false;
    }
    if (fault.kind === 'error') send(response, refusal(new GraphError(fault.code, fault)));
    if (fault.kind === 'status') {
      response.writeHead(fault.status, { 'Content-Type': 'text/html', ...fault.headers });
      response.end(fault.body ?? `<html><body><h1>${fault.status}</h1></body></html>`);
    }
    // A reset rather than an orderly end, so that the client sees what a broken network shows it.
    if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    return true;
  }
}

function refusal(error: GraphError): GraphReply {
  return { status: error.status, body: error.body(), headers: error.headers };
}

function send(response: ServerResponse, { status, body, headers }: GraphReply): void {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': bytes.length,
    ...headers,
  });
  response.end(bytes);
}
