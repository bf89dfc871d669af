import type { LookupAddress } from 'node:dns';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CallbackRequests, problemOfCallbackUrl } from '../../lib/callbacks/callback-requests.js';
import { isPublicAddress, publicLookup } from '../../lib/remote-urls.js';
import { CallbacksScene } from './callbacks-scene.js';
import { Receiver } from './receiver.js';

const PRIVATE = [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.0.0.1./',
  'https://0.0.0.0/',
  'https://10.0.0.8:8443/hook',
  'https://172.16.4.4/',
  'https://192.168.1.1/',
  'https://100.100.100.200/',
  'https://169.254.169.254/latest/meta-data/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://[::127.0.0.1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fd00:ec2::254]/',
  'https://[fe80::1]/',
  'https://localhost/',
  'https://localhost./',
  'https://api.localhost/',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://intranet/',
];

describe('the address of a callback', () => {
  it.each(PRIVATE)('is refused by its looks: %s', (url) => {
    expect(problemOfCallbackUrl(url, { callbackUrls: 'public' })).toMatch(/must be on the public Internet/);
    expect(problemOfCallbackUrl(url, { callbackUrls: 'any' })).toBeUndefined();
  });

  it.each([
    ['http://example.com/', 'must be an https URL.'],
    ['ftp://example.com/', 'must be an https URL.'],
    ['nonsense', 'must be an https URL.'],
    [undefined, 'must be an https URL.'],
    [{}, 'must be an https URL.'],
    ['https://ana:secret@example.com/', 'must not have a user name or password in it.'],
    [`https://example.com/${'x'.repeat(2_100)}`, 'must have at most 2048 characters.'],
    ['https://example.com/hook?tenant=1', undefined],
    ['https://8.8.8.8/', undefined],
    ['https://[2606:4700::1111]/', undefined],
  ])('%j: %s', (url, problem) => {
    expect(problemOfCallbackUrl(url, { callbackUrls: 'public' })).toBe(problem);
  });

  it.each(['8.8.8.8', '1.1.1.1', '::ffff:8.8.8.8', '2606:4700::1111', '2a00:1450:4001:80b::200e'])(
    '%s is public',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );

  it.each(['203.0.113.9', '192.0.2.1', '::ffff:10.1.1.1', '::10.1.1.1', '2001:db8::1', 'fec0::1', '2001::1'])(
    '%s is not',
    (address) => expect(isPublicAddress(address)).toBe(false),
  );
});

const requestsTo = (callbackUrls: 'public' | 'any') => {
  const requests = new CallbackRequests({
    callbackUrls,
    callbackTimeout: 3_000,
    callbackRetryDelays: [],
    encryptionKeys: [],
  });
  onTestFinished(() => requests.onApplicationShutdown());
  return requests;
};

/** A name server that says something else each time it is asked. */
const nameServer = (...answers: readonly string[][]) => {
  const asked: string[] = [];
  const lookup = publicLookup((hostname, options, callback) => {
    const answer = answers[Math.min(asked.length, answers.length - 1)] ?? [];
    asked.push(hostname);
    const addresses = answer.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
  return { asked, lookup };
};

const call = async (lookup: ReturnType<typeof publicLookup>, port: number): Promise<unknown> => {
  const agent = new Agent({ connect: { lookup, timeout: 300 } });
  try {
    return await request(`http://callbacks.example:${port}/`, {
      dispatcher: agent,
      signal: AbortSignal.timeout(500),
    });
  } catch (error) {
    return error;
  } finally {
    await agent.destroy();
  }
};

const victim = async () => {
  const connections: unknown[] = [];
  const server = createServer((socket) => {
    connections.push(socket.remoteAddress);
    socket.destroy();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address: AddressInfo | string | null = server.address();
  return { connections, port: typeof address === 'object' && address ? address.port : 0 };
};

describe('delivering', () => {
  it.each(PRIVATE)('calls no one at %s, whenever it was allowed', async (url) => {
    expect(await requestsTo('public').post(url, Buffer.from('{}'), {})).toEqual({
      isDelivered: false,
      responseStatus: null,
      error: expect.stringMatching(/^The address must be on the public Internet/),
    });
  });

  it('calls them where the options allow it', async () => {
    const receiver = await Receiver.start();
    const answer = await requestsTo('any').post(receiver.url, Buffer.from('{}'), {});
    expect(answer).toEqual({ isDelivered: true, responseStatus: 200, error: null });
  });

  it('reads no more of an answer than it needs, and does not wait for its end', async () => {
    const receiver = await Receiver.start((response) => {
      response.writeHead(200);
      const write = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536))) continue;
        if (!response.destroyed) response.once('drain', write);
      };
      write();
    });
    const answer = await requestsTo('any').post(receiver.url, Buffer.from('{}'), {});
    expect(answer).toEqual({ isDelivered: true, responseStatus: 200, error: null });
  });
});

describe('a name', () => {
  it.each([[['127.0.0.1']], [['::ffff:127.0.0.1']], [['8.8.8.8', '127.0.0.1']], [['127.0.0.1', '8.8.8.8']]])(
    'that leads to %j is not connected to',
    async (addresses) => {
      const { connections, port } = await victim();
      const { asked, lookup } = nameServer(addresses);
      expect(String(await call(lookup, port))).toMatch(/leads to a private address/);
      expect([asked, connections]).toEqual([['callbacks.example'], []]);
    },
  );

  it('that leads elsewhere when it is asked for again is asked for once for a connection', async () => {
    const { connections, port } = await victim();
    // No one answers there: what is tried is the address that was checked, and not the next answer.
    const { asked, lookup } = nameServer(['8.8.8.8'], ['127.0.0.1']);
    await call(lookup, port);
    expect([asked, connections]).toEqual([['callbacks.example'], []]);
  });
});

describe('setting a callback', () => {
  let scene: CallbacksScene;
  beforeAll(async () => {
    scene = await CallbacksScene.start(undefined, { callbackUrls: 'public' });
  });
  afterAll(() => scene[Symbol.asyncDispose]());

  it('names everything that is wrong, and stores nothing', async () => {
    const wrong = { url: 'https://[::ffff:7f00:1]/', secret: 'short', events: JSON.parse('["message.read"]') };
    await expect(scene.callbacks.set(wrong)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      problems: [
        { path: 'url', message: expect.stringMatching(/public Internet.*callbackUrls/) },
        { path: 'secret', message: 'must have 16 to 255 characters.' },
        { path: 'events', message: expect.stringMatching(/message\.status/) },
      ],
    });
    expect(await scene.settings.count()).toBe(0);
  });

  it('takes a public address, without its fragment', async () => {
    await scene.callbacks.set({ url: 'https://8.8.8.8/hook#part' });
    expect(await scene.callbacks.get()).toMatchObject({ url: 'https://8.8.8.8/hook', events: null });
  });
});
