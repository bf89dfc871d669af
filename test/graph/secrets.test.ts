import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  ACCESS_TOKEN,
  answer,
  APP_SECRET,
  clientOf,
  closedPort,
  credential,
  errorOf,
  httpServer,
  tcpServer,
} from './local-server.js';

const PROOF = createHmac('sha256', APP_SECRET).update(ACCESS_TOKEN).digest('hex');
const ONE_TIME_CODE = '918273';

/** Every way in which an error might be printed, logged or stored. */
function printed(error: unknown): string {
  if (!(error instanceof Error)) throw new Error('No error was thrown.');
  const own = Object.getOwnPropertyNames(error).map((name) => [name, Reflect.get(error, name)]);
  return [
    inspect(error, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(error),
    JSON.stringify(own),
    String(error),
    error.stack,
    inspect(error.cause, { depth: Infinity, showHidden: true }),
  ].join('\n');
}

const servers: Record<string, () => Promise<string>> = {
  'refuses and repeats every secret in every text': () =>
    httpServer((request, response) => {
      request.resume();
      const echo = `Malformed access token ${request.headers.authorization} ${request.url} ${APP_SECRET} ${ONE_TIME_CODE}`;
      const error = {
        code: 190,
        message: echo,
        type: echo,
        fbtrace_id: echo,
        error_data: { details: echo },
        error_user_title: echo,
        error_user_msg: echo,
      };
      answer(response, { error }, 401);
    }),
  'refuses and repeats them in error_data': () =>
    httpServer((request, response) => {
      request.resume();
      answer(response, { error: { code: '100', error_data: `${request.headers.authorization}${request.url}` } }, 400);
    }),
  'answers with a bare 429 that repeats them': () =>
    httpServer((request, response) => {
      request.resume();
      response.writeHead(429).end(`${request.headers.authorization}${request.url}`);
    }),
  'answers with what is no JSON': () =>
    httpServer((request, response) => {
      request.resume();
      response.writeHead(502, { 'x-echo': request.headers.authorization }).end(request.headers.authorization);
    }),
  'answers with what is no HTTP': () =>
    tcpServer((socket) => socket.once('data', (head) => socket.end(`HTTP/9.9 ${head.toString()}`))),
  'resets the connection': () => tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy())),
  'closes the connection': () => tcpServer((socket) => socket.once('data', () => socket.end())),
  'never answers': () => tcpServer(() => {}),
  'cannot be connected to': closedPort,
  'has no address': async () => 'http://graph.facebook.invalid',
  'speaks no TLS': async () =>
    (await tcpServer((socket) => socket.once('data', () => socket.end('no TLS')))).replace('http', 'https'),
};

describe('an error', () => {
  it.each(Object.keys(servers))('holds no secret when the server %s', async (name) => {
    const baseUrl = (await servers[name]?.()) ?? '';
    const responseTimeout = name === 'never answers' ? 250 : 30_000;
    const client = clientOf(baseUrl, { appSecretProof: true, responseTimeout });
    const options = { credential, secrets: [ONE_TIME_CODE], body: { code: ONE_TIME_CODE } };
    const calls = [
      () => client.get('1', options),
      () => client.post('1/messages', options),
      () => client.delete('1', options),
    ];
    for (const call of calls) {
      const text = printed(await errorOf(call()));
      for (const secret of [ACCESS_TOKEN, APP_SECRET, PROOF, ONE_TIME_CODE]) expect(text).not.toContain(secret);
      expect(text).not.toMatch(/bearer [^[]/i);
    }
  });

  it('holds no access token that cannot stand in a header', async () => {
    const accessToken = `${ACCESS_TOKEN}\n`;
    const error = await errorOf(clientOf(await closedPort()).get('1', { credential: { accessToken } }));
    expect(printed(error)).not.toContain(ACCESS_TOKEN);
  });
});

describe('a client', () => {
  it('keeps no credential', async () => {
    const baseUrl = await httpServer((_, response) => answer(response, { id: '1' }));
    const client = clientOf(baseUrl, { appSecretProof: true });
    await client.get('1', { credential });
    const text = inspect(client, { depth: Infinity, showHidden: true });
    for (const secret of [ACCESS_TOKEN, APP_SECRET, PROOF]) expect(text).not.toContain(secret);
  });
});
