import { AccountsService, MessagesService } from 'nestjs-whatsapp';
import { type Fault, GraphApiServer, sampleTemplates } from 'nestjs-whatsapp/testing';
import { describe, expect, it, vi } from 'vitest';
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

interface Options {
  readonly pauseAfterUnknown?: number;
  readonly trialDelays?: number[];
  readonly responseTimeout?: number;
  readonly surfaces?: { readonly metaTemplates: true };
}

/** An app of its own, and a Meta of its own to spoil. */
class Outage implements AsyncDisposable {
  private constructor(
    readonly meta: GraphApiServer,
    readonly scene: BulkScene,
    readonly log: CapturedLog,
  ) {}

  static async start({ responseTimeout = 10_000, ...options }: Options = {}): Promise<Outage> {
    const log = new CapturedLog();
    const meta = await GraphApiServer.start({
      accounts: [{ phoneNumbers: [LIMITLESS], templates: Object.values(sampleTemplates) }],
    });
    const graph = { baseUrl: meta.url, responseTimeout };
    const scene = await BulkScene.start({
      meta,
      options: { graph, accounts: accountsOf(meta), logger: log, ...options },
    });
    return new Outage(meta, scene, log);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scene[Symbol.asyncDispose]();
    await this.meta.close();
  }

  spoil(fault: Fault): void {
    this.meta.faults.nextSend({ when: 'after-accepting', ...fault }, { times: Infinity });
  }

  /** What was logged about pauses. */
  get pauses(): readonly string[] {
    return this.log.lines.filter((line) => line.includes('Sending from'));
  }

  send(index: number) {
    const { phone: to, variables } = recipientOf(index);
    const { name: template, language } = sampleTemplates.named;
    return this.scene.app.get(MessagesService).sendTemplate({ template, language, to, variables });
  }
}

// Most of each is waiting: together they take as long as the longest.
describe.concurrent('while Meta’s answers are of no use', () => {
  it.each(kinds)('a bulk send waits: %s', async (_, fault, mostInDoubt) => {
    const neverEnds = fault.kind === 'drip' || fault.kind === 'silence';
    await using outage = await Outage.start({
      trialDelays: [500, 2_000],
      // Long enough for an answer that comes, however busy the machine is.
      ...(neverEnds && { responseTimeout: 8_000 }),
    });
    const { meta, scene } = outage;
    outage.spoil(fault);
    const bulkSend = await scene.create(recipientsOf(RECIPIENTS));
    const { waiting } = await scene.until(bulkSend, (then) => then.waiting !== null);
    expect(waiting).toMatchObject({ reason: 'meta_unavailable', until: expect.any(Date) });
    expect(waiting?.message).toMatch(/messages in a row/);
    // Between two pauses is a trial.
    const pauses = () => scene.app.get(AccountsService).sendingPauses();
    await vi.waitFor(async () => expect(await pauses()).toMatchObject([{ code: 'META_UNAVAILABLE' }]), 60_000);
    // A trial, too, comes to nothing.
    const before = meta.messageCount;
    await vi.waitUntil(() => meta.messageCount > before, { timeout: 60_000 });
    meta.faults.clear();

    const settled = await scene.until(bulkSend, ({ counts }) => counts.sent + counts.unconfirmed === RECIPIENTS);
    expect(settled).toMatchObject({ waiting: null, counts: { pending: 0, failed: 0 } });
    expect(settled.counts.unconfirmed).toBeGreaterThan(10);
    expect(settled.counts.unconfirmed).toBeLessThanOrEqual(mostInDoubt);
    for (let index = 0; index < RECIPIENTS; index += 1) expect(meta.sendsTo(phoneOf(index))).toBe(1);
    expect(await scene.reported(bulkSend)).toEqual(await scene.recount(bulkSend));
    expect(outage.pauses).toEqual([expect.stringContaining(' is paused: '), expect.stringContaining(' goes on ')]);
  });

  it('single messages are refused until one may be tried, and that one opens the number again', async () => {
    await using outage = await Outage.start({ pauseAfterUnknown: 3, trialDelays: [1_000] });
    const { meta } = outage;
    outage.spoil(page(502));
    for (const index of [1, 2, 3]) await expect(outage.send(index)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    const refused = { code: 'META_UNAVAILABLE', retryAfter: 1, messageId: expect.any(Number) };
    await expect(outage.send(4)).rejects.toMatchObject(refused);
    meta.faults.clear();
    await vi.waitUntil(
      () =>
        outage.send(4).then(
          ({ status }) => status === 'sent',
          () => false,
        ),
      { timeout: 60_000 },
    );
    await expect(outage.send(5)).resolves.toMatchObject({ status: 'sent' });
    expect([1, 2, 3, 4, 5].map((index) => meta.sendsTo(phoneOf(index)))).toEqual([1, 1, 1, 1, 1]);
    expect(outage.pauses).toHaveLength(2);
  });

  it('over HTTP a single message is answered 429 with the time to wait', async () => {
    await using outage = await Outage.start({
      pauseAfterUnknown: 1,
      trialDelays: [30_000],
      responseTimeout: 1_000,
      surfaces: { metaTemplates: true },
    });
    const { meta, scene } = outage;
    outage.spoil(page(502));
    await expect(outage.send(1)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    const { name: template_name, language } = sampleTemplates.named;
    const { phone: recipient_phone, variables } = recipientOf(2);
    const body = { phone_number_id: meta.phoneNumber.id, template_name, language, recipient_phone, variables };
    const answer = await scene.app.call('POST', '/api/v1/meta-templates/send/', body);
    expect(answer).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(20);
    // A person may know better.
    meta.faults.clear();
    expect(await scene.app.get(AccountsService).resumeSending(meta.phoneNumber.id)).toBe(true);
    await expect(outage.send(3)).resolves.toMatchObject({ status: 'sent' });
  });

  it('fewer than the options say in a row pause nothing', async () => {
    await using outage = await Outage.start({ pauseAfterUnknown: 3 });
    const { meta } = outage;
    for (let index = 0; index < 8; index += 1) {
      const isLast = index % 3 === 2;
      if (!isLast) meta.faults.nextSend(page(500));
      await outage.send(index).then(
        () => expect(isLast).toBe(true),
        (error: unknown) => expect(error).toMatchObject({ code: 'OUTCOME_UNKNOWN' }),
      );
    }
    expect(outage.pauses).toEqual([]);
  });

  it('a Meta that hangs has no more than a few messages before it has answered any', async () => {
    await using outage = await Outage.start({ responseTimeout: 3_000 });
    const { meta, scene } = outage;
    outage.spoil({ kind: 'silence' });
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
