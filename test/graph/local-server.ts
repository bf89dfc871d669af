import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { GraphApiClient } from '../../lib/graph/graph-api.client.js';
import type { GraphApiClientOptions } from '../../lib/graph/graph-api.options.js';

export const ACCESS_TOKEN = 'EAAGm0PX4ZCpsBAJmZCZBtoken0123456789abcdefTOKEN';
export const APP_SECRET = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
export const credential = { accessToken: ACCESS_TOKEN, appSecret: APP_SECRET };

/** Listens on a free port of this machine until the test is over. */
async function listen(server: Server | TcpServer): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });
  const { port } = addressOf(server);
  return `http://127.0.0.1:${port}`;
}

function addressOf(server: Server | TcpServer): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server is not listening on a port.');
  return address;
}

export function httpServer(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

export function tcpServer(onSocket: (socket: Socket) => void): Promise<string> {
  return listen(createTcpServer(onSocket));
}

/** The address of a port that nothing listens on. */
export async function closedPort(): Promise<string> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = addressOf(server);
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return `http://127.0.0.1:${port}`;
}

export function clientOf(baseUrl: string, options: GraphApiClientOptions = {}): GraphApiClient {
  const client = new GraphApiClient({ baseUrl, ...options });
  onTestFinished(() => client.onApplicationShutdown());
  return client;
}

export function answer(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** What a promise was rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** Something that happens once, and can be waited for. */
function occasion() {
  const settled = new EventEmitter();
  const happened = once(settled, 'happened');
  return { happen: () => void settled.emit('happened'), happened };
}

/** A server that keeps its requests waiting until it is asked to answer. */
export async function heldServer() {
  const bodies: string[] = [];
  const arrival = occasion();
  const release = occasion();
  const baseUrl = await httpServer((request, response) => {
    const serve = async (): Promise<void> => {
      bodies.push((await bodyOf(request)).toString());
      arrival.happen();
      await release.happened;
      answer(response, { success: true });
    };
    serve().catch(() => response.destroy());
  });
  return { baseUrl, bodies, arrived: arrival.happened, release: release.happen };
}
