import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { CallbackRequests, problemOfHost } from '../../lib/callbacks/callback-requests.js';
const NAME = 'callbacks.example.com';
const ADDRESSES = [
  { address: '8.8.8.8', family: 4 },
  { address: '127.0.0.1', family: 4 },
];

type Callback = (error: Error | null, addresses: typeof ADDRESSES) => void;

// What a name server says of a name that someone else owns.
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (_name: string, _options: object, callback: Callback) => callback(null, ADDRESSES),
}));
vi.mock('node:dns/promises', async (original) => ({
  ...(await original<typeof import('node:dns/promises')>()),
  lookup: (name: string) => (name === NAME ? Promise.resolve(ADDRESSES) : Promise.reject(new Error('ENOTFOUND'))),
}));

let server: Server;
let port = 0;
const connections: unknown[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    connections.push(socket.remoteAddress);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterAll(() => void server.close());

it('a name that leads into the host’s own network is refused when it is set', async () => {
  const url = new URL(`https://${NAME}/`);
  expect(await problemOfHost(url, { callbackUrls: 'public' })).toMatch(/must be on the public Internet/);
  expect(await problemOfHost(url, { callbackUrls: 'any' })).toBeUndefined();
});

it('a name that cannot be looked up now may be set: it is looked at when it is called', async () => {
  expect(await problemOfHost(new URL('https://other.example.com/'), { callbackUrls: 'public' })).toBeUndefined();
});

it('a name that leads there by the time of a delivery is not connected to', async () => {
  const requests = new CallbackRequests({
    callbackUrls: 'public',
    callbackTimeout: 3_000,
    callbackRetryDelays: [],
    encryptionKeys: [],
  });
  expect(await requests.post(`https://${NAME}:${port}/`, Buffer.from('{}'), {})).toEqual({
    isDelivered: false,
    responseStatus: null,
    error: 'The name leads to a private address.',
  });
  await requests.onApplicationShutdown();
  expect(connections).toEqual([]);
});
