import type { RequestListener } from 'node:http';
import { Agent, interceptors } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { MetaUnreachableError, OutcomeUnknownError } from '../../lib/graph/meta-outcome.errors.js';
import {
  answer,
  clientOf,
  closedPort,
  credential,
  errorOf,
  heldServer,
  httpServer,
  tcpServer,
} from './local-server.js';

// Only where waiting is the point: a busy machine is slow as well.
const optionsFor = (name: string) => (/never|stops/.test(name) ? { responseTimeout: 250 } : {});

const html =
  (status: number): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Sorry</html>');
  };

const json =
  (body: unknown, status = 200): RequestListener =>
  (request, response) => {
    request.resume();
    answer(response, body, status);
  };

/** Servers that take the request and never say what became of it. */
const silent: Record<string, () => Promise<string>> = {
  'never answers': () => httpServer((request) => void request.resume()),
  'resets the connection': () =>
    httpServer((request) => void request.resume().on('end', () => request.socket.resetAndDestroy())),
  'closes the connection': () => httpServer((request) => void request.resume().on('end', () => request.socket.end())),
  'closes after half a head': () =>
    tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nCon'))),
  'sends half a body and stops': () =>
    httpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-length': '100' }).write('{"messages":[');
    }),
  'sends half a body and closes': () =>
    tcpServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"messages":[')),
    ),
  'sends a body that breaks off without a length': () =>
    tcpServer((socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n{"messages":['))),
  'answers with something other than HTTP': () =>
    tcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0\r\n'))),
  'answers 200 with HTML': () => httpServer(html(200)),
  'answers 200 with nothing': () =>
    httpServer((request, response) => void request.resume().on('end', () => response.end())),
  'answers 200 with JSON that is no object': () => httpServer(json(null)),
  'answers 400 with HTML': () => httpServer(html(400)),
  'answers 500 with HTML': () => httpServer(html(500)),
  'answers 502 with HTML': () => httpServer(html(502)),
  'answers 503 with HTML': () => httpServer(html(503)),
  'answers 500 with JSON that is no error of Meta': () => httpServer(json({ error: 'Internal Server Error' }, 500)),
  'answers 403 with an error without a code': () => httpServer(json({ error: { message: 'Forbidden' } }, 403)),
  redirects: () =>
    httpServer(
      (request, response) => void request.resume().on('end', () => response.writeHead(307, { location: '/x' }).end()),
    ),
  'answers with more than 16 MB': () =>
    httpServer((request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(`{"x":"${'x'.repeat(17 * 1024 * 1024)}"}`);
    }),
};

const names = Object.keys(silent);

function start(name: string): Promise<string> {
  return silent[name]?.() ?? Promise.reject(new Error(name));
}

describe('a request that Meta took without telling what became of it', () => {
  it.each(names)('has an unknown outcome when it is a POST and the server %s', async (name) => {
    const client = clientOf(await start(name), optionsFor(name));
    const error = await errorOf(client.post('1/messages', { credential, body: { to: '+12025550123' } }));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  it.each(names)('changed nothing when it is a GET and the server %s', async (name) => {
    const error = await errorOf(clientOf(await start(name), optionsFor(name)).get('1', { credential }));
    expect(error).toBeInstanceOf(MetaUnreachableError);
  });

  it('has an unknown outcome when it is a DELETE, too', async () => {
    const error = await errorOf(clientOf(await start('answers 502 with HTML')).delete('1', { credential }));
    expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN', reason: 'answer', httpStatus: 502 });
  });
});

describe('a request that never reached Meta', () => {
  const unreachable: Record<string, () => Promise<string>> = {
    'connection refused': closedPort,
    'unknown host': async () => 'http://graph.facebook.invalid',
    'TLS refused': async () =>
      (await tcpServer((socket) => socket.once('data', () => socket.end('no TLS')))).replace('http', 'https'),
    'TLS reset': async () =>
      (await tcpServer((socket) => socket.once('data', () => socket.resetAndDestroy()))).replace('http', 'https'),
    'TLS that never answers': async () => (await tcpServer(() => {})).replace('http', 'https'),
  };

  it.each(Object.keys(unreachable))('is known not to have been sent: %s', async (name) => {
    const baseUrl = (await unreachable[name]?.()) ?? '';
    const error = await errorOf(
      clientOf(baseUrl, { connectTimeout: 500, responseTimeout: 20_000 }).post('1/messages', { credential }),
    );
    expect(error).toBeInstanceOf(MetaUnreachableError);
    expect(error).toMatchObject({ code: 'META_UNREACHABLE', systemCode: expect.any(String) });
  });

  it('is given up when no connection comes in time', async () => {
    const baseUrl = (await tcpServer(() => {})).replace('http', 'https');
    const client = clientOf(baseUrl, { connectTimeout: 2_000, responseTimeout: 100 });
    const error = await errorOf(client.post('1/messages', { credential }));
    expect(error).toMatchObject({ code: 'META_UNREACHABLE', reason: 'timeout' });
  });

  it('is not sent any more when it was given up while it waited for a connection', async () => {
    const { baseUrl, bodies, arrived, release } = await heldServer();
    const client = clientOf(baseUrl, { maxConnections: 1 });
    const first = client.post('1/messages', { credential, body: { n: 1 } });
    await arrived;
    const controller = new AbortController();
    const second = errorOf(client.post('1/messages', { credential, body: { n: 2 }, signal: controller.signal }));
    controller.abort();
    await expect(second).resolves.toMatchObject({ code: 'META_UNREACHABLE', reason: 'aborted' });
    release();
    await first;
    await client.post('1/messages', { credential, body: { n: 3 } });
    expect(bodies).toEqual(['{"n":1}', '{"n":3}']);
  });

  it('is not written when its deadline passed while it waited for a connection', async () => {
    const { baseUrl, bodies, arrived, release } = await heldServer();
    const client = clientOf(baseUrl, { maxConnections: 1 });
    const first = client.post('1/messages', { credential, body: { n: 1 } });
    await arrived;
    const deadline = new Date(Date.now() + 60_000);
    const second = errorOf(client.post('1/messages', { credential, body: { n: 2 }, deadline }));
    deadline.setTime(0);
    release();
    await first;
    await expect(second).resolves.toMatchObject({ code: 'META_UNREACHABLE', reason: 'deadline' });
    expect(bodies).toEqual(['{"n":1}']);
  });

  it.each([
    ['deadline', { deadline: new Date(0) }],
    ['aborted', { signal: AbortSignal.abort() }],
  ])('is not sent when the caller has given up before: %s', async (reason, options) => {
    const { baseUrl, bodies } = await heldServer();
    const error = await errorOf(clientOf(baseUrl).post('1/messages', { credential, ...options }));
    expect(error).toMatchObject({ code: 'META_UNREACHABLE', reason });
    expect(bodies).toEqual([]);
  });
});

describe('a request that is given up after it was written', () => {
  it.each([
    ['post', 'OUTCOME_UNKNOWN'],
    ['delete', 'OUTCOME_UNKNOWN'],
    ['get', 'META_UNREACHABLE'],
  ] as const)('%s: %s', async (method, code) => {
    const controller = new AbortController();
    const baseUrl = await httpServer(() => controller.abort(new Error('secret reason')));
    const error = await errorOf(clientOf(baseUrl)[method]('1', { credential, signal: controller.signal }));
    expect(error).toMatchObject({ code, reason: 'aborted' });
  });

  it('waits for the answer beyond its deadline', async () => {
    const deadline = new Date(Date.now() + 60_000);
    const baseUrl = await httpServer((_, response) => {
      deadline.setTime(0);
      answer(response, { id: 'wamid.1' });
    });
    await expect(clientOf(baseUrl).post('1/messages', { credential, deadline })).resolves.toEqual({ id: 'wamid.1' });
  });
});

describe('a refusal', () => {
  it.each([400, 401, 403, 404, 429, 500, 503, 200])(
    'is known by its error object, whatever the HTTP status: %s',
    async (status) => {
      const baseUrl = await httpServer(json({ error: { code: '131000', message: 'Something went wrong' } }, status));
      const error = await errorOf(clientOf(baseUrl).post('1/messages', { credential }));
      expect(error).toBeInstanceOf(MetaApiError);
      expect(error).toMatchObject({ metaCode: 131000, httpStatus: status, reaction: 'RETRY' });
    },
  );

  it.each(['3600', new Date(Date.now() + 3_600_000).toUTCString()])(
    'is a bare 429, whose Retry-After may be %s',
    async (retryAfter) => {
      const baseUrl = await httpServer((request, response) => {
        request.resume();
        response.writeHead(429, { 'retry-after': retryAfter }).end('slow down');
      });
      const error = await errorOf(clientOf(baseUrl).post('1/messages', { credential }));
      expect(error).toBeInstanceOf(MetaApiError);
      expect(error).toMatchObject({ metaCode: null, httpStatus: 429, reaction: 'API_SLOW', isTransient: true });
      expect(error).toHaveProperty('retryAfter', expect.closeTo(3600, -3));
    },
  );
});

describe('a request', () => {
  it('is never made twice, nor sent to where a redirect points', async () => {
    let elsewhere = 0;
    const other = await httpServer((_, response) => {
      elsewhere += 1;
      response.end('{}');
    });
    let requests = 0;
    const baseUrl = await httpServer((request, response) => {
      requests += 1;
      request.resume();
      if (requests === 1) request.socket.resetAndDestroy();
      else response.writeHead(302, { location: `${other}/v25.0/1` }).end();
    });
    const client = clientOf(baseUrl);
    await expect(client.post('1/messages', { credential })).rejects.toThrow(OutcomeUnknownError);
    expect(requests).toBe(1);
    await expect(client.get('1', { credential })).rejects.toThrow(MetaUnreachableError);
    expect(requests).toBe(2);
    expect(elsewhere).toBe(0);
  });

  it("is written once, even when the host's dispatcher would try again", async () => {
    let requests = 0;
    const baseUrl = await httpServer((request) => {
      requests += 1;
      request.socket.resetAndDestroy();
    });
    const agent = new Agent();
    onTestFinished(() => agent.destroy());
    const dispatcher = agent.compose(interceptors.retry({ methods: ['POST'], minTimeout: 1, maxRetries: 3 }));
    const error = await errorOf(clientOf(baseUrl, { dispatcher }).post('1/messages', { credential }));
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(requests).toBe(1);
  });

  it('goes out on a new connection when the server has closed the old one', async () => {
    let closed: Promise<void> = Promise.resolve();
    const baseUrl = await tcpServer((socket) => {
      closed = new Promise((resolve) => {
        socket.on('close', () => resolve());
      });
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}'));
    });
    const client = clientOf(baseUrl);
    await client.post('1/messages', { credential });
    await closed;
    await expect(client.post('1/messages', { credential })).resolves.toEqual({});
  });
});
