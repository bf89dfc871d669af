import { AccountsService, MessagesService } from 'nestjs-whatsapp';
import { type Fault, GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { CapturedLog } from '../module/captured-log.js';
import { BulkScene, phoneOf, recipientOf, recipientsOf } from './bulk-scene.js';

const RECIPIENTS = 150;
const LIMITLESS = { throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' };

const page = (status: number, body = '<html>Sorry</html>', headers = {}): Fault => ({
  kind: 'status',
  status,
  body,
  headers,
});
const GZIP = { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' };

/** How an answer can be of no use, and how many messages may be in doubt by then: more where nothing comes at all. */
const kinds: readonly [string, Fault, number][] = [
  ['are 502 with HTML', page(502), 50],
  ['are 200 with HTML', page(200), 50],
  ['are empty', page(200, ''), 50],
  ['are bad gzip', page(200, '{', GZIP), 50],
  ['are resets', { kind: 'reset' }, 50],
  ['break off', { kind: 'cut' }, 50],
  ['drip', { kind: 'drip', ms: 1_000 }, 60],
  ['do not come', { kind: 'silence' }, 60],
];

describe('while Meta’s answers are of no use', () => {
  let meta: GraphApiServer;
  let scene: BulkScene;
  let log: CapturedLog;

  interface Options {
    readonly pauseAfterUnknown?: number;
    readonly trialDelays?: number[];
    readonly responseTimeout?: number;
  }

  const start = async ({ responseTimeout = 10_000, ...options }: Options = {}) => {
    log = new CapturedLog();
    meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [LIMITLESS], templates: Object.values(sampleTemplates) }],
    });
    const graph = { baseUrl: meta.url, responseTimeout };
    scene = await BulkScene.start({ meta, options: { graph, accounts: accountsOf(meta), logger: log, ...options } });
  };
  afterEach(async () => {
    await scene[Symbol.asyncDispose]();
    await meta.close();
  });

  const spoil = (fault: Fault) => meta.faults.nextSend({ when: 'after-accepting', ...fault }, { times: Infinity });
  const sending = () => log.lines.filter((line) => line.includes('Sending from'));
  const send = (index: number) => {
    const { phone: to, variables } = recipientOf(index);
    const { name: template, language } = sampleTemplates.named;
    return scene.app.get(MessagesService).sendTemplate({ template, language, to, variables });
  };

  it.each(kinds)('a bulk send waits: %s', async (_, fault, mostInDoubt) => {
    const neverEnds = fault.kind === 'drip' || fault.kind === 'silence';
    await start({ trialDelays: [500, 2_000], ...(neverEnds && { responseTimeout: 3_000 }) });
    spoil(fault);
    const bulkSend = await scene.create(recipientsOf(RECIPIENTS));
    const { waiting } = await scene.until(bulkSend, (then) => then.waiting !== null);
    expect(waiting).toMatchObject({ reason: 'meta_unavailable', until: expect.any(Date) });
    expect(waiting?.message).toMatch(/messages in a row/);
    expect(await scene.app.get(AccountsService).sendingPauses()).toMatchObject([{ code: 'META_UNAVAILABLE' }]);
    // A trial, too, comes to nothing.
    const before = meta.messageCount;
    await expect.poll(() => meta.messageCount, { timeout: 10_000 }).toBeGreaterThan(before);
    meta.faults.clear();

    const settled = await scene.until(bulkSend, ({ counts }) => counts.sent + counts.unconfirmed === RECIPIENTS);
    expect(settled).toMatchObject({ waiting: null, counts: { pending: 0, failed: 0 } });
    expect(settled.counts.unconfirmed).toBeGreaterThan(10);
    expect(settled.counts.unconfirmed).toBeLessThanOrEqual(mostInDoubt);
    for (let index = 0; index < RECIPIENTS; index += 1) expect(meta.sendsTo(phoneOf(index))).toBe(1);
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
    expect(sending()).toEqual([expect.stringContaining(' is paused: '), expect.stringContaining(' goes on ')]);
  });

  it('single messages are refused until one may be tried, and that one opens the number again', async () => {
    await start({ pauseAfterUnknown: 3, trialDelays: [1_000] });
    spoil(page(502));
    for (const index of [1, 2, 3]) await expect(send(index)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    const refused = { code: 'META_UNAVAILABLE', retryAfter: 1, messageId: expect.any(Number) };
    await expect(send(4)).rejects.toMatchObject(refused);
    meta.faults.clear();
    await expect.poll(() => send(4).then(({ status }) => status, String), { timeout: 10_000 }).toBe('sent');
    await expect(send(5)).resolves.toMatchObject({ status: 'sent' });
    expect([1, 2, 3, 4, 5].map((index) => meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1, 1, 1]);
    expect(sending()).toHaveLength(2);
  });

  it('over HTTP a single message is answered 429 with the time to wait', async () => {
    await start({ pauseAfterUnknown: 1, trialDelays: [30_000] });
    await scene[Symbol.asyncDispose]();
    const graph = { baseUrl: meta.url, responseTimeout: 1_000 };
    const options = { graph, accounts: accountsOf(meta), pauseAfterUnknown: 1, trialDelays: [30_000] };
    scene = await BulkScene.start({ meta, options: { ...options, surfaces: { metaTemplates: true } } });
    spoil(page(502));
    await expect(send(1)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    const { name: template_name, language } = sampleTemplates.named;
    const { phone: recipient_phone, variables } = recipientOf(2);
    const body = { phone_number_id: meta.phoneNumber.id, template_name, language, recipient_phone, variables };
    const answer = await scene.app.call('POST', '/api/v1/meta-templates/send/', body);
    expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(20);
    // A person may know better.
    meta.faults.clear();
    expect(await scene.app.get(AccountsService).resumeSending(meta.phoneNumber.id)).toBe(true);
    await expect(send(3)).resolves.toMatchObject({ status: 'sent' });
  });

  it('fewer than the options say in a row pause nothing', async () => {
    await start({ pauseAfterUnknown: 3 });
    for (let index = 0; index < 8; index += 1) {
      const isLast = index % 3 === 2;
      if (!isLast) meta.faults.nextSend(page(500));
      await send(index).then(
        () => expect(isLast).toBe(true),
        (error: unknown) => expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN' }),
      );
    }
    expect(sending()).toEqual([]);
  });

  it('a Meta that hangs has no more than a few messages before it has answered any', async () => {
    await start({ responseTimeout: 3_000 });
    spoil({ kind: 'silence' });
    const bulkSend = await scene.create(recipientsOf(RECIPIENTS));
    const { counts } = await scene.until(bulkSend, (then) => then.waiting !== null);
    expect(meta.messageCount).toBeLessThanOrEqual(40);
    expect(counts.failed).toBe(0);
  });
});

const accountsOf = ({ account, accessToken }: GraphApiServer) => [
  {
    businessAccountId: account.id,
    accessToken,
    phoneNumberIds: account.phoneNumbers.map(({ id }) => id),
  },
];
