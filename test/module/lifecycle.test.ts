import { setImmediate } from 'node:timers/promises';
import {
  AccountsService,
  MessagesService,
  TemplatesService,
  WhatsAppModule,
  type WhatsAppModuleOptions,
} from 'nestjs-whatsapp';
import { GraphApiServer } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sqlite } from '../support/databases/sqlite.js';
import { adapters, optionsFor } from '../support/test-app.js';
import { CapturedLog } from './captured-log.js';
import { database, Host, sampleSend } from './host.js';

const HOUR = 3_600_000;
/** How long to look for what comes by itself: longer than a busy machine takes. */
const PATIENCE = { timeout: 10_000 };
// A connection kept for further calls keeps Node's server open too, whoever listens.
const ONE_CALL = { connection: 'close' };
const SEND = '/api/v1/meta-templates/send/';

let meta: GraphApiServer;

beforeAll(async () => {
  meta = await GraphApiServer.start({ sample: true });
});
afterAll(() => meta.close());
beforeEach(() => meta.clear());

const start = (
  options: WhatsAppModuleOptions = {},
  host: { adapter?: 'Express' | 'Fastify'; file?: string; log?: CapturedLog } = {},
) =>
  Host.start({
    adapter: host.adapter,
    logger: host.log,
    imports: [
      database({ file: host.file }),
      WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates: true }, ...options }),
    ],
  });

/** Starts an app and has Meta refuse the first of its two accounts; by when it asks for the second that was logged. */
async function linesOf(logger: WhatsAppModuleOptions['logger']): Promise<{ nest: string[] }> {
  const log = new CapturedLog();
  const { accessToken } = meta;
  const second = meta.addAccount();
  const accounts = [meta.account, second].map(({ id }) => ({ businessAccountId: id, accessToken }));
  meta.faults.next({ kind: 'error', code: 190, message: 'You may not.' }, { path: `/${meta.account.id}` });
  const host = await start({ logger, refreshInterval: HOUR, accounts }, { log });
  await vi.waitUntil(() => meta.requestsTo(new RegExp(second.id)).length > 0, PATIENCE);
  await host.app.close();
  expect(log.text).toContain('Nest application successfully started');
  return { nest: log.lines.filter((line) => line.includes('You may not.')) };
}

describe('the logger', () => {
  it("is Nest's own when none is given", async () => {
    const { nest } = await linesOf(undefined);
    expect(nest).toEqual([
      expect.stringMatching(/^error Meta refused the access token of business account .* WhatsApp$/),
    ]);
  });

  it('of the host gets what the module logs', async () => {
    const own = new CapturedLog();
    const { nest } = await linesOf(own);
    const problems = own.lines.filter((line) => /^(warn|error)/.test(line));
    expect(problems).toEqual([
      expect.stringContaining(
        `error Meta refused the access token of business account ${meta.account.id}: Meta refused`,
      ),
    ]);
    expect(problems[0]).toContain('generate one that does not expire, with whatsapp_business_management');
    expect(nest).toEqual([]);
  });

  it('is silent when it is false', async () => {
    expect(await linesOf(false)).toEqual({ nest: [] });
  });
});

describe('what Meta refuses over the access token', () => {
  it.each([
    ['a token that has ended', 190, 'Meta refused the access token of', 'generate one that does not expire'],
    ['a permission that is missing', 10, 'The access token of', 'give its system user full control of the account'],
    [
      'a permission that was not granted',
      200,
      'The access token of',
      'give its system user full control of the account',
    ],
  ])('is logged at a send once, with what to do: %s', async (_, code, what, advice) => {
    const log = new CapturedLog();
    await using host = await start({ logger: log });
    const send = () => host.get(MessagesService).sendTemplate(sampleSend.input);
    for (const attempt of [1, 2]) {
      meta.faults.nextSend({ kind: 'error', code });
      await expect(send(), `attempt ${attempt}`).rejects.toMatchObject({ metaCode: code });
    }
    const lines = log.lines.filter((line) => line.startsWith('error'));
    expect(lines).toEqual([expect.stringContaining(`error ${what} business account ${meta.account.id}`)]);
    expect(lines[0]).toContain(advice);
    expect(log.text).not.toContain(meta.accessToken);
  });

  it('is an id, too: Meta says of the wrong one what it says of one that the token must not see', async () => {
    const log = new CapturedLog();
    const accounts = [{ businessAccountId: `${meta.account.id}99`, accessToken: meta.accessToken }];
    await using _ = await start({ logger: log, accounts, refreshInterval: HOUR });
    await vi.waitFor(() => expect(log.text).toContain('Check `businessAccountId` of the option `accounts`'), PATIENCE);
  });
});

describe('a good start', () => {
  it('logs one line that names accounts, numbers, templates, queue and surfaces', async () => {
    const log = new CapturedLog();
    const whatsapp = WhatsAppModule.forRoot({
      ...optionsFor(meta),
      refreshInterval: HOUR,
      surfaces: { metaTemplates: { prefix: 'v2/' }, webhook: true },
      webhook: { verifyToken: 'made up' },
      workers: false,
      logger: log,
    });
    await using host = await Host.start({ imports: [database(), whatsapp] });
    await vi.waitUntil(() => log.lines.length > 0, PATIENCE);
    const approved = meta.account.templates.filter(({ status }) => status === 'APPROVED').length;
    expect(log.lines).toEqual([
      `log Started with 1 business account, 1 phone number, ${approved} approved templates; queue: in-process, sending nothing ` +
        "(workers: false); surfaces, below your app's global prefix: metaTemplates at /v2, webhook at /whatsapp/webhook.",
    ]);
    await host.app.close();
    expect(log.lines).toHaveLength(1);
  });

  it('says how to add an account if there are no accounts', async () => {
    const log = new CapturedLog();
    await using _ = await Host.start({ imports: [database(), WhatsAppModule.forRoot({ logger: log })] });
    await vi.waitUntil(() => log.lines.length > 0, PATIENCE);
    expect(log.text).toMatch(/^log Started with no business account: add one .*; queue: in-process; no surfaces\.$/);
  });
});

describe.each(adapters)('a main.ts on $adapter', ({ adapter }) => {
  it.each([
    ['is reminded of setupWhatsApp where a surface is mounted', true, 1],
    ['is not where none is', false, 0],
  ])('that leaves it out %s', async (_, metaTemplates, reminders) => {
    const log = new CapturedLog();
    const whatsapp = WhatsAppModule.forRoot({ ...optionsFor(meta), surfaces: { metaTemplates }, logger: log });
    const host = await Host.start({ adapter, imports: [database(), whatsapp], main: () => {} });
    await host.app.close();
    expect(log.lines.filter((line) => line.includes('setupWhatsApp(app)'))).toHaveLength(reminders);
  });

  it('that calls it is not reminded', async () => {
    const log = new CapturedLog();
    const host = await start({ logger: log }, { adapter });
    await host.app.close();
    expect(log.lines.filter((line) => !line.startsWith('log Started with'))).toEqual([]);
  });
});

describe('Meta out of reach at the start', () => {
  it('does not stop the start, and the app sends once Meta is back', async () => {
    const log = new CapturedLog();
    await meta.down();
    await using host = await start({ refreshInterval: HOUR, logger: log });
    const key = await host.newKey();
    await vi.waitFor(() => expect(log.text).toContain(`Could not fetch business account ${meta.account.id}`), PATIENCE);
    const answer = await host.call('POST', SEND, sampleSend.body(meta), key);
    expect(answer).toMatchObject({ status: 502, body: { code: 'META_ERROR' } });
    await meta.up();
    expect(await host.call('POST', SEND, sampleSend.body(meta), key)).toMatchObject({ status: 200 });
  });

  it('leaves in use what was known before', async () => {
    const fresh = await sqlite.create();
    const file = fresh.url.replace('sqlite:', '');
    const first = await start({ refreshInterval: HOUR }, { file });
    await vi.waitFor(async () => expect(await first.get(TemplatesService).list()).not.toEqual([]), PATIENCE);
    const key = await first.newKey();
    const before = await first.call('GET', '/api/v1/business-accounts/', undefined, key);
    await first.app.close();

    await meta.down();
    const second = await start({ refreshInterval: HOUR }, { file });
    const after = await second.call('GET', '/api/v1/business-accounts/', undefined, key);
    expect(after.body).toEqual(before.body);
    expect(after.body.businessAccounts[0].templates).not.toEqual([]);
    await meta.up();
    await expect(second.get(MessagesService).sendTemplate(sampleSend.input)).resolves.toMatchObject({ status: 'sent' });
    await second.app.close();
    await fresh.drop();
  });

  it('is asked again after the interval', async () => {
    await meta.down();
    await using host = await start({ refreshInterval: 50 });
    await meta.up();
    await vi.waitFor(async () => expect(await host.get(TemplatesService).list()).not.toEqual([]), PATIENCE);
    expect(await host.get(AccountsService).list()).toEqual([expect.objectContaining({ syncedAt: expect.any(Date) })]);
  });
});

describe.each(adapters)('app.close() on $adapter', ({ adapter }) => {
  it('lets a send in flight end', async () => {
    const host = await start({}, { adapter });
    const key = await host.newKey();
    meta.faults.nextSend({ kind: 'delay', ms: 150 });
    const answer = host.call('POST', SEND, sampleSend.body(meta), { ...key, ...ONE_CALL });
    await vi.waitFor(() => expect(meta.requestsTo('/messages')).toHaveLength(1), PATIENCE);
    await host.app.close();
    expect(await answer).toMatchObject({ status: 200, body: { status: 'sent' } });
  });

  it('does not wait for a Meta that does not answer', async () => {
    meta.faults.next({ kind: 'silence' }, { times: Infinity, method: 'GET' });
    const graph = { baseUrl: meta.url, responseTimeout: HOUR };
    const host = await start({ graph, refreshInterval: HOUR }, { adapter });
    await vi.waitFor(() => expect(meta.requests.length).toBeGreaterThan(0), PATIENCE);
    await host.app.close();
  });

  it('leaves nothing behind that keeps the process alive, however often', async () => {
    const before = activeResources();
    for (let round = 0; round < 3; round += 1) {
      const host = await start({ refreshInterval: HOUR }, { adapter });
      const key = await host.newKey();
      await host.call('POST', SEND, sampleSend.body(meta), { ...key, ...ONE_CALL });
      expect(addedTo(before)).not.toEqual([]);
      await host.app.close();
    }
    // Both ends of a connection learn of its end in turns of the event loop; no timer, which would be counted itself.
    const patience = Date.now() + PATIENCE.timeout;
    while (addedTo(before).length > 0 && Date.now() < patience) await setImmediate();
    expect(addedTo(before)).toEqual([]);
  });
});

/** What keeps the process alive: servers, connections and timers, but not what comes and goes by itself. */
function activeResources(): string[] {
  const passing = new Set(['Immediate', 'TickObject', 'FSReqCallback', 'FSReqPromise', 'GetAddrInfoReqWrap']);
  return process.getActiveResourcesInfo().filter((resource) => !passing.has(resource));
}

/** What keeps it alive now and did not before. */
function addedTo(before: readonly string[]): string[] {
  const known = [...before];
  return activeResources().filter((resource) => {
    const index = known.indexOf(resource);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}
