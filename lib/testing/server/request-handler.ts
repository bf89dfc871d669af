import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { GraphError, unknownObject, unknownPath } from '../errors/graph-error.js';
import type { Faults, Fault } from '../faults/faults.js';
import type { Graph } from '../graph.js';
import { type GraphReply, GraphCall } from './graph-call.js';
import { isJsonObject } from './param.js';
import { receive, type ReceivedRequest } from './received-request.js';
import { usernameRoutes } from '../accounts/username.routes.js';
import { accountRoutes, blockUsersRoutes } from '../accounts/account.routes.js';
import { Media, mediaRoutes, ATTACHMENTS_PATH, downloadMedia } from '../media/media.routes.js';
import { messageRoutes } from '../messages/message.routes.js';
import { templateRoutes } from '../templates/template.routes.js';
import { answerForApp } from '../app/app.routes.js';
import { authorize, permit } from './authorization.js';

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
    const strikes = fault?.when === 'after-accepting' && reply.status < 300;
    if (strikes && (await this.#strike(fault, received, response, reply))) return;
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
  async #strike(
    fault: Fault,
    received: ReceivedRequest,
    response: ServerResponse,
    reply: GraphReply = NOTHING,
  ): Promise<boolean> {
    if (fault.kind === 'delay') {
      await delay(fault.ms, undefined, { signal: this.ended });
      return false;
    }
    if (fault.kind === 'error') send(response, this.#refusal(new GraphError(fault.code, fault), received));
    if (fault.kind === 'status') {
      response.writeHead(fault.status, { 'Content-Type': 'text/html', ...fault.headers });
      response.end(fault.body ?? `<html><body><h1>${fault.status}</h1></body></html>`);
    }
    if (fault.kind === 'drip') await this.#drip(response, reply, fault.ms ?? 500);
    if (fault.kind === 'cut') {
      const { head, content } = written(reply);
      response.writeHead(reply.status, head).write(content.subarray(0, content.length / 2), () => {
        response.socket?.resetAndDestroy();
      });
    }
    // A reset rather than an orderly end, so that the client sees what a broken network shows it.
    if (fault.kind === 'reset') response.socket?.resetAndDestroy();
    return true;
  }

  async #drip(response: ServerResponse, reply: GraphReply, ms: number): Promise<void> {
    const { head, content } = written(reply);
    response.writeHead(reply.status, head);
    for (const byte of content) {
      await delay(ms, undefined, { signal: this.ended });
      if (response.destroyed) return;
      response.write(Buffer.of(byte));
    }
    response.end();
  }

  #refusal(error: GraphError, received: ReceivedRequest): GraphReply {
    if (isSend(received)) this.graph.records.addRefusal(error.code);
    return { status: error.status, body: error.body(), headers: error.headers };
  }
}

/** Messages are marked as read by the same endpoint. */
function isSend({ method, path, body }: ReceivedRequest): boolean {
  return method === 'POST' && /\/(?:marketing_)?messages$/.test(path) && !(isJsonObject(body) && 'status' in body);
}

/** The answer that a fault spoils if the request has no other. */
const NOTHING: GraphReply = { status: 200, body: {} };

function send(response: ServerResponse, reply: GraphReply): void {
  const { head, content } = written(reply);
  response.writeHead(reply.status, head);
  response.end(content);
}

function written({ body, headers }: GraphReply): { readonly head: OutgoingHttpHeaders; readonly content: Buffer } {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type = 'application/json; charset=UTF-8';
  return { head: { 'Content-Type': type, 'Content-Length': content.length, ...headers }, content };
}

const ROUTES = [
  ...accountRoutes,
  ...blockUsersRoutes,
  ...usernameRoutes,
  ...templateRoutes,
  ...mediaRoutes,
  ...messageRoutes,
];

/** Finds the endpoint for a request and has it answer. Throws a GraphError for every refusal. */
function route(graph: Graph, request: ReceivedRequest): GraphReply {
  const { path, query } = request;
  const [versionName = '', id = '', edge, ...rest] = path.split('/').filter((segment) => segment !== '');
  // The app's own token is good for nothing else.
  const ofApp = rest.length > 0 ? undefined : answerForApp(graph, id, edge, request);
  if (ofApp) return ofApp;
  const caller = authorize(graph, request);
  if (path === ATTACHMENTS_PATH) return downloadMedia(graph, caller, query);

  const version = checkVersion(graph, versionName, path);
  if (id === '' || rest.length > 0) throw unknownPath(path);

  const node = graph.nodes.get(id);
  if (!node) throw unknownObject(request.method, id);
  permit(graph, caller, node, { method: request.method, edge: node instanceof Media ? 'media' : edge });

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
