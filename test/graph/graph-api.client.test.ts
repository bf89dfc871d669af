import { createHmac } from 'node:crypto';
import { Test } from '@nestjs/testing';
import { Agent, MockAgent, ProxyAgent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ConfigurationError } from '../../lib/errors.js';
import { GraphApiClient } from '../../lib/graph/graph-api.client.js';
import { GRAPH_API_CLIENT_OPTIONS } from '../../lib/graph/graph-api.options.js';
import type { GraphUsage } from '../../lib/graph/graph-usage.js';
import { MetaApiError } from '../../lib/graph/meta-api.error.js';
import { MetaUnreachableError } from '../../lib/graph/meta-outcome.errors.js';
import {
  ACCESS_TOKEN,
  answer,
  APP_SECRET,
  bodyOf,
  clientOf,
  credential,
  errorOf,
  heldServer,
  httpServer,
} from './local-server.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A server that answers every request alike and keeps what it saw. */
async function recordingServer(body: unknown = { success: true }) {
  const seen: Seen[] = [];
  const baseUrl = await httpServer((request, response) => {
    const serve = async (): Promise<void> => {
      const received = (await bodyOf(request)).toString();
      seen.push({ method: request.method, url: request.url, headers: request.headers, body: received });
      answer(response, body);
    };
    serve().catch(() => response.destroy());
  });
  return { baseUrl, seen };
}

const faulty = (): void => {
  throw new Error('listener');
};

describe('the Graph API client', () => {
  it('posts JSON with the token in the Authorization header alone', async () => {
    const { baseUrl, seen } = await recordingServer({ messages: [{ id: 'wamid.1' }] });
    const sent = await clientOf(baseUrl).post('1/messages', { credential, body: { to: '+12025550123' } });
    expect(sent).toEqual({ messages: [{ id: 'wamid.1' }] });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/v25.0/1/messages',
        body: '{"to":"+12025550123"}',
        headers: expect.objectContaining({
          authorization: `Bearer ${ACCESS_TOKEN}`,
          'content-type': 'application/json',
          'content-length': '21',
        }),
      },
    ]);
    expect(JSON.stringify(seen[0]).split(ACCESS_TOKEN)).toHaveLength(2);
  });

  it('posts without a body', async () => {
    const { baseUrl, seen } = await recordingServer();
    await clientOf(baseUrl).post(['1', 'subscribed_apps'], { credential });
    expect(seen[0]).toMatchObject({ body: '', headers: { 'content-length': '0' } });
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  it('gets with a query, below the path of the base URL', async () => {
    const { baseUrl, seen } = await recordingServer({ id: '1' });
    const client = clientOf(`${baseUrl}/graph/`, { version: 'v26.0' });
    await client.get(['1'], { credential, query: { fields: 'id,name' } });
    expect(seen[0]).toMatchObject({ method: 'GET', url: '/graph/v26.0/1?fields=id%2Cname', body: '' });
  });

  it('deletes with a query or a body', async () => {
    const { baseUrl, seen } = await recordingServer();
    const client = clientOf(baseUrl);
    await client.delete('1/message_templates', { credential, query: { name: 'welcome' } });
    await client.delete('1/block_users', { credential, body: { block_users: [] } });
    expect(seen).toMatchObject([
      { method: 'DELETE', url: '/v25.0/1/message_templates?name=welcome', body: '' },
      { method: 'DELETE', url: '/v25.0/1/block_users', body: '{"block_users":[]}' },
    ]);
  });

  it('proves requests with the app secret when that is switched on and the secret is known', async () => {
    const { baseUrl, seen } = await recordingServer();
    const proof = createHmac('sha256', APP_SECRET).update(ACCESS_TOKEN).digest('hex');
    const client = clientOf(baseUrl, { appSecretProof: true });
    await client.get('1', { credential });
    await client.get('1', { credential: { accessToken: ACCESS_TOKEN } });
    await clientOf(baseUrl).get('1', { credential });
    expect(seen.map(({ url }) => url)).toEqual([`/v25.0/1?appsecret_proof=${proof}`, '/v25.0/1', '/v25.0/1']);
  });

  it('keeps its connection', async () => {
    const ports = new Set<unknown>();
    const baseUrl = await httpServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on('end', () => answer(response, { success: true }));
    });
    const client = clientOf(baseUrl);
    for (let sent = 0; sent < 20; sent += 1) await client.post('1/messages', { credential, body: { sent } });
    // undici opens a second one while the first is still being put back.
    expect(ports.size).toBeLessThanOrEqual(2);
  });

  it('opens no more connections than it may, and sends all the same', async () => {
    const ports = new Set<unknown>();
    const baseUrl = await httpServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on('end', () => answer(response, { success: true }));
    });
    const client = clientOf(baseUrl, { maxConnections: 2 });
    const sends = Array.from({ length: 20 }, (_, sent) => client.post('1/messages', { credential, body: { sent } }));
    await expect(Promise.all(sends)).resolves.toHaveLength(20);
    expect(ports.size).toBe(2);
  });

  it('tells how much of the limits on calls is used, also when it throws', async () => {
    const header = JSON.stringify({ '7': [{ type: 'whatsapp', call_count: 99, estimated_time_to_regain_access: 2 }] });
    const baseUrl = await httpServer((request, response) => {
      const refused = { error: { code: 80007, message: 'Rate limit issues' } };
      const headers = { 'x-business-use-case-usage': header };
      if (request.url === '/v25.0/1') answer(response, { id: '1' }, 200, headers);
      else answer(response, refused, 400, headers);
    });
    const client = clientOf(baseUrl);
    const reported: GraphUsage[] = [];
    const onUsage = (usage: GraphUsage): void => void reported.push(usage);
    await client.get('1', { credential, onUsage });
    const error = await errorOf(client.get('2', { credential, onUsage }));
    expect(error).toBeInstanceOf(MetaApiError);
    expect(error).toMatchObject({ metaCode: 80007, reaction: 'API_SLOW', retryAfter: 120, usage: reported[0] });
    expect(reported).toHaveLength(2);
    expect(reported[0]?.businessUseCases).toMatchObject([
      { businessAccountId: '7', callCount: 99, regainAccessIn: 120 },
    ]);
  });

  it('does not lose an answer to a faulty listener', async () => {
    const baseUrl = await httpServer((_, response) =>
      answer(response, { id: 'x' }, 200, { 'x-app-usage': '{"call_count":1}' }),
    );
    await expect(clientOf(baseUrl).post('1/messages', { credential, onUsage: faulty })).resolves.toEqual({ id: 'x' });
  });

  it.each(['', 'EAAG token', 'EAAG\n', 'EAAGé', '\u0000'])(
    'refuses the access token %j before it sends',
    async (accessToken) => {
      const { baseUrl, seen } = await recordingServer();
      const error = await errorOf(clientOf(baseUrl).post('1/messages', { credential: { accessToken } }));
      expect(error).toBeInstanceOf(ConfigurationError);
      expect(seen).toEqual([]);
    },
  );

  it.each([
    { version: '25' },
    { version: 'v25.0/../x' },
    { baseUrl: 'graph.facebook.com' },
    { baseUrl: 'ftp://graph.facebook.com' },
    { baseUrl: 'https://user:secret@graph.facebook.com' },
    { baseUrl: 'https://graph.facebook.com/?x=1' },
    { connectTimeout: 0 },
    { responseTimeout: Number.NaN },
    { responseTimeout: 2 ** 31 },
    { maxConnections: 1.5 },
  ])('refuses the options %j', (options) => {
    expect(() => new GraphApiClient(options)).toThrow(ConfigurationError);
  });

  it('sends nothing once the application has shut down', async () => {
    const { baseUrl, seen } = await recordingServer();
    const client = clientOf(baseUrl);
    await client.get('1', { credential });
    await client.onApplicationShutdown();
    const error = await errorOf(client.post('1/messages', { credential }));
    expect(error).toBeInstanceOf(MetaUnreachableError);
    expect(seen).toHaveLength(1);
  });

  it('finishes what is under way before it closes', async () => {
    const { baseUrl, arrived, release } = await heldServer();
    const client = clientOf(baseUrl);
    const send = client.post('1/messages', { credential });
    await arrived;
    const closed = client.onApplicationShutdown();
    release();
    await expect(send).resolves.toEqual({ success: true });
    await closed;
  });

  it('is made by Nest from its options', async () => {
    const { baseUrl, seen } = await recordingServer({ id: '1' });
    const module = await Test.createTestingModule({
      providers: [GraphApiClient, { provide: GRAPH_API_CLIENT_OPTIONS, useValue: { baseUrl } }],
    }).compile();
    await module.get(GraphApiClient).get('1', { credential });
    await module.close();
    expect(seen).toHaveLength(1);
  });
});

describe("a host's dispatcher", () => {
  it('carries every request and is not closed', async () => {
    const { baseUrl, seen } = await recordingServer();
    const dispatcher = new Agent();
    onTestFinished(() => dispatcher.close());
    const client = clientOf(baseUrl, { dispatcher });
    await client.post('1/messages', { credential });
    await client.onApplicationShutdown();
    await client.post('1/messages', { credential });
    expect(seen).toHaveLength(2);
    expect(dispatcher.closed).toBe(false);
  });

  it('may be a proxy, of which a refusal is known not to have sent', async () => {
    const { baseUrl, seen } = await recordingServer();
    const proxy = await httpServer(() => {});
    const dispatcher = new ProxyAgent({ uri: proxy, proxyTunnel: true });
    onTestFinished(() => dispatcher.destroy());
    const client = clientOf(baseUrl, { dispatcher, responseTimeout: 300 });
    const error = await errorOf(client.post('1/messages', { credential }));
    expect(error).toBeInstanceOf(MetaUnreachableError);
    expect(seen).toEqual([]);
  });

  it('may be a mock', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher
      .get('https://graph.facebook.com')
      .intercept({ path: '/v25.0/1/messages', method: 'POST' })
      .reply(200, { messages: [{ id: 'wamid.1' }] });
    const client = new GraphApiClient({ dispatcher });
    await expect(client.post('1/messages', { credential })).resolves.toEqual({ messages: [{ id: 'wamid.1' }] });
    await dispatcher.close();
  });
});
