import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphError } from '../errors/graph-error.js';
import type { Fault } from '../faults/fault.js';
import type { Faults } from '../faults/faults.js';
import type { Graph } from '../graph.js';
import type { GraphReply } from './graph-call.js';
import { isJsonObject } from './json.js';
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
    const arrivedAt = this.graph.preciseNow(); // before anything of this server's own work
    const received = await receive(request, arrivedAt, this.graph.options.keepMediaBytes ?? KEPT_MEDIA_BYTES);
    const fault = this.#record(received);
    if (fault && fault.when !== 'after-accepting' && (await this.#strike(fault, received, response))) return;
    const reply = this.#answer(received);
    if (fault?.when === 'after-accepting' && reply.status < 300 && (await this.#strike(fault, received, response)))
      return;
    send(response, reply);
  }

  #record(received: ReceivedRequest): Fault | undefined {
    const { records } = this.graph;
    if (!records.keepsRequests && this.faults.isEmpty) return undefined;
    const { method, path, headers, body } = received;
    const query = Object.fromEntries(received.query);
    const request = { method, path, query, headers, body, receivedAt: new Date(this.graph.now()) };
    records.addRequest(request);
    return this.faults.take(request);
  }

  #answer(received: ReceivedRequest): GraphReply {
    try {
      return route(this.graph, received);
    } catch (error) {
      if (error instanceof GraphError) return this.#refusal(error, received);
      throw error;
    }
  }

  /** Lets a fault strike; false when the request goes on. */
  async #strike(fault: Fault, received: ReceivedRequest, response: ServerResponse): Promise<boolean> {
    if (fault.kind === 'delay') {
      await delay(fault.ms, undefined, { signal: this.ended });
      return false;
    }
    if (fault.kind === 'error') send(response, this.#refusal(new GraphError(fault.code, fault), received));
    if (fault.kind === 'status') {
      response.writeHead(fault.status, { 'Content-Type': 'text/html', ...fault.headers });
      response.end(fault.body ?? `<html><body><h1>${fault.status}</h1></body></html>`);
    }
    // A reset rather than an orderly end, so that the client sees what a broken network shows it.
    if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    return true;
  }

  #refusal(error: GraphError, received: ReceivedRequest): GraphReply {
    if (isSend(received)) this.graph.records.addRefusal(error.code);
    return { status: error.status, body: error.body(), headers: error.headers };
  }
}

/** Messages are marked as read by the same endpoint. */
function isSend({ method, path, body }: ReceivedRequest): boolean {
  return method === 'POST' && path.endsWith('/messages') && !(isJsonObject(body) && 'status' in body);
}

function send(response: ServerResponse, { status, body, headers }: GraphReply): void {
  // As a string it goes out in one piece with the head.
  const content = Buffer.isBuffer(body) ? body : JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=UTF-8',
    'Content-Length': Buffer.byteLength(content),
    ...headers,
  });
  response.end(content);
}
