import { ApiKeysService } from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { bullOn } from '../../bulk/each-queue.js';
import { sqlite } from '../../support/databases/sqlite.js';
import { describeWithRedis } from '../../support/redis.js';
import { adapters, type Answer, TestApp } from '../../support/test-app.js';
import { Acme, bearer } from './acme.js';

/** One after the other. */
async function times(count: number, call: () => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let made = 0; made < count; made += 1) answers.push(await call());
  return answers;
}

const statusesOf = (answers: readonly Answer[]) => [...new Set(answers.map(({ status }) => status))];

describe.each(adapters)('The rate limit of the surface workspace on $adapter', ({ adapter }) => {
  let acme: Acme;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 10, 16) });
    acme = await Acme.start({ adapter }, true);
  });
  afterEach(async () => {
    vi.useRealTimers();
    await acme[Symbol.asyncDispose]();
  });

  it('lets 60 requests a minute pass of each key, and says to the others how long to wait, to the second', async () => {
    expect(statusesOf(await times(60, () => acme.get('/templates')))).toEqual([200]);
    vi.setSystemTime(Date.UTC(2026, 10, 16, 0, 0, 14, 200));
    const { status, headers, body } = await acme.get('/templates');
    expect(status).toBe(429);
    expect(body).toEqual({ message: 'Too many requests', retry_after: 46 });
    expect(headers.get('retry-after')).toBe('46');
    const other = await acme.keyWith(['*']);
    expect(await acme.get('/templates', bearer(other))).toMatchObject({ status: 200 });
    // Half a second early is too early, whatever was asked meanwhile.
    vi.setSystemTime(Date.UTC(2026, 10, 16, 0, 0, 59, 500));
    expect((await acme.get('/templates')).body).toEqual({ message: 'Too many requests', retry_after: 1 });
    vi.setSystemTime(Date.UTC(2026, 10, 16, 0, 1, 0, 200));
    expect(await acme.get('/templates')).toMatchObject({ status: 200 });
  });

  it('stands behind who calls and where, and before what they may do and say', async () => {
    const headers = bearer(await acme.keyWith(['contacts.read']));
    expect(statusesOf(await times(60, () => acme.post('/messages/send', '{"a":', headers)))).toEqual([403]);
    expect(await acme.post('/messages/send', '{"a":', headers)).toMatchObject({ status: 429 });
    expect(await acme.callAt('GET', '/api/v1/globex/templates', undefined, headers)).toMatchObject({ status: 400 });
    expect(await acme.get('/templates', { authorization: '' })).toMatchObject({ status: 401 });
  });

  it('does not count what strangers ask, nor who asks below another subdomain', async () => {
    await times(70, () => acme.get('/templates', { authorization: '' }));
    await times(70, () => acme.callAt('GET', '/api/v1/globex/templates'));
    expect(await acme.get('/templates')).toMatchObject({ status: 200 });
  });
});

describe.each(adapters)('A rate limit of the host’s on $adapter', ({ adapter }) => {
  it('may be another, none, or one on another surface, each counted by itself', async () => {
    await using acme = await Acme.start({
      adapter,
      options: { surfaces: { workspace: { rateLimit: 2 }, metaTemplates: { rateLimit: 3 }, messaging: true } },
    });
    const own = () => acme.get('/templates');
    expect((await times(3, own)).map(({ status }) => status)).toEqual([200, 200, 429]);
    const accounts = () => acme.callAt('GET', '/api/v1/business-accounts/');
    const answers = await times(4, accounts);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(answers.at(-1)).toMatchObject({
      body: { code: 'RATE_LIMITED', error: expect.stringContaining('3 requests') },
    });
    expect(Number(answers.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(50);
    expect(statusesOf(await times(70, () => acme.callAt('GET', '/whatsapp/api/chats/')))).toEqual([200]);
  });

  it('counts callers without a key by their workspace', async () => {
    await using app = await TestApp.start({
      adapter,
      options: { surfaces: { metaTemplates: { guards: [], rateLimit: 2 } } },
    });
    const answers = await times(3, () => app.call('GET', '/api/v1/business-accounts/'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  });
});

it.each([
  ['workspace', { rateLimit: 0 }, 'surfaces.workspace.rateLimit must be a whole number'],
  ['workspace', { rateLimit: 1.5 }, 'surfaces.workspace.rateLimit must be a whole number'],
  ['webhook', { rateLimit: 60 }, 'surfaces.webhook.rateLimit must be left out'],
])('a limit on %s of %o stops the start', async (surface, options, text) => {
  await expect(TestApp.start({ options: { surfaces: { [surface]: options } } })).rejects.toThrow(text);
});

describeWithRedis('The rate limit of two processes that share a Redis', (redis) => {
  it('is one', async () => {
    await using queue = await bullOn(redis);
    const database = await sqlite.create();
    const meta = await GraphApiServer.start({ sample: true });
    const given = { meta, database: database.options, imports: queue.imports };
    const options = { queue: queue.queue, surfaces: { workspace: true } };
    const one = await Acme.start({ ...given, options, adapter: 'Express' });
    const two = await Acme.start({ ...given, options, adapter: 'Fastify' });
    try {
      // As soon as they are there, and by many requests at once.
      const calls = Array.from({ length: 80 }, (_, index) =>
        (index % 2 === 0 ? one : two).get('/templates', bearer(one.key)),
      );
      const answers = await Promise.all(calls);
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(20);
      for (const { headers, body } of refused) {
        expect(body).toEqual({ message: 'Too many requests', retry_after: Number(headers.get('retry-after')) });
        expect(body.retry_after).toBeLessThanOrEqual(60);
        expect(body.retry_after).toBeGreaterThan(50);
      }
      // Keys of their own are counted apart.
      expect(await two.get('/templates')).toMatchObject({ status: 200 });
      expect(await one.app.get(ApiKeysService).list({ workspace: 'acme' })).toHaveLength(2);
    } finally {
      await one.app[Symbol.asyncDispose]();
      await two.app[Symbol.asyncDispose]();
      await meta.close();
      await database.drop();
    }
  });
});
