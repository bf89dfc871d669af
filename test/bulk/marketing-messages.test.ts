import {
  AccountsService,
  type BulkSend,
  type CreateBulkSendInput,
  type MarketingSettings,
  MediaService,
  MessagesService,
  TemplatesService,
} from 'nestjs-whatsapp';
import type { RecordedMessage, Template } from 'nestjs-whatsapp/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MarketingOnboarding } from '../../lib/accounts/marketing-onboarding.js';
import { BulkScene, phoneOf } from './bulk-scene.js';
import { BODY, inputOf, PROMOTION, RECEIPT } from './marketing-templates.js';

const RECIPIENTS = 3;

const CLIP = { name: 'clip', language: 'es', category: 'MARKETING' };

/** How files begin. */
const HEADS = { video: '\0\0\0\x18ftypmp42\0\0\0\0mp42isom', png: '\x89PNG\r\n\x1a\n' } as const;

const [MESSAGES, MARKETING] = ['messages', 'marketing_messages'] as const;

let scene: BulkScene;
let recipient = 0;

beforeAll(async () => {
  scene = await BulkScene.start({
    meta: {
      accounts: [
        {
          phoneNumbers: [{ throughput: Infinity, messagingLimit: 'TIER_UNLIMITED' }],
          templates: [
            { ...PROMOTION, components: [BODY] },
            { ...RECEIPT, components: [BODY] },
            { ...CLIP, components: [{ type: 'HEADER', format: 'GIF' }, BODY] },
          ],
        },
      ],
    },
  });
  await scene.app.get(TemplatesService).sync();
});
afterAll(() => scene[Symbol.asyncDispose]());

interface AccountState {
  readonly status: string;
  readonly isOff: boolean;
}

/** What Meta has of the account, and what is known of it here: the same, unless a webhook was lost. */
async function setAccount(atMeta: AccountState, known: AccountState = atMeta): Promise<void> {
  const { account } = scene.meta;
  const become = ({ status, isOff }: AccountState) =>
    Object.assign(account, { marketingStatus: status, isMarketingOnCloudApiDisabled: isOff });
  become(known);
  await scene.app.get(AccountsService).readMarketing(account.id);
  become(atMeta);
}

function templateOf({ name, language }: { name: string; language: string }): Template {
  const template = scene.meta.account.template(name, language);
  if (!template) throw new Error(`There is no template ${name}.`);
  return template;
}

beforeEach(async () => {
  // What is asked for in the background must not come between.
  await scene.app.get(MarketingOnboarding).beforeApplicationShutdown();
  scene.meta.clear();
  templateOf(PROMOTION).adSyncedAt = 0;
});

function sendOne(template: typeof PROMOTION, settings: MarketingSettings, more: object = {}) {
  recipient += 1;
  return scene.app
    .get(MessagesService)
    .sendTemplate({ ...inputOf(template, settings), to: phoneOf(recipient), ...more });
}

function sendMany(template: typeof PROMOTION, settings: MarketingSettings, more: Partial<CreateBulkSendInput> = {}) {
  recipient += RECIPIENTS;
  const recipients = Array.from({ length: RECIPIENTS }, (_, index) => ({ phone: phoneOf(recipient - index) }));
  return scene.bulk.create({ ...inputOf(template, settings), recipients, ...more });
}

/** The endpoints that were called for sending, in order. */
const calls = (): string[] =>
  scene.meta.requestsTo(/messages$/, 'POST').map(({ path }) => path.slice(path.lastIndexOf('/') + 1));

/** Once it is paused or has ended, and what was on its way is written down. */
async function stopped(bulkSend: BulkSend): Promise<BulkSend> {
  await scene.until(bulkSend, ({ status, completedAt }) => status === 'PAUSED' || completedAt !== null);
  await scene.untilNobodySends();
  return scene.bulk.get(bulkSend.id);
}

describe('what is known of an account or template and no longer so', () => {
  const onboarded = { status: 'ONBOARDED', isOff: false };
  const off = { status: 'ONBOARDED', isOff: true };
  const outside = { status: 'ELIGIBLE', isOff: false };

  it('costs a message one more call, and the next ones none', async () => {
    await setAccount(off, outside);
    expect(await sendOne(PROMOTION, {})).toMatchObject({ status: 'sent' });
    expect(calls()).toEqual([MESSAGES, MARKETING]);
    const again = async () => {
      scene.meta.clear();
      await sendOne(PROMOTION, {});
      return calls();
    };
    await expect.poll(again, { timeout: 30_000, interval: 100 }).toEqual([MARKETING]);
    const { marketing } = await scene.app.get(AccountsService).get(scene.meta.account.id);
    expect(marketing).toMatchObject({ status: 'ONBOARDED', isOffOnCloudApi: true });
  });

  it('pauses and fails no bulk send', async () => {
    await setAccount(off, outside);
    expect(await stopped(await sendMany(PROMOTION, {}))).toMatchObject({ status: 'COMPLETED', errors: [] });
    await setAccount(outside, onboarded);
    expect(await stopped(await sendMany(PROMOTION, {}))).toMatchObject({ status: 'COMPLETED', errors: [] });
    expect([...scene.meta.sendCounts.values()]).toEqual(Array.from({ length: 2 * RECIPIENTS }, () => 1));
  });

  it.each([131055, 134100])('is the category, by code %i: it goes by /messages, once', async (code) => {
    await setAccount(onboarded);
    scene.meta.faults.next({ kind: 'error', code }, { path: /marketing_messages$/, times: 1 + RECIPIENTS });
    expect(await sendOne(PROMOTION, { productPolicy: 'STRICT' })).toMatchObject({ status: 'sent' });
    expect(await stopped(await sendMany(PROMOTION, {}))).toMatchObject({ status: 'COMPLETED', errors: [] });
    expect(calls().filter((edge) => edge === MESSAGES)).toHaveLength(1 + RECIPIENTS);
  });

  it('is the ad sync: it goes by /messages where the policy allows that, else no further', async () => {
    await setAccount(onboarded);
    templateOf(PROMOTION).adSyncedAt = null;
    expect(await sendOne(PROMOTION, {})).toMatchObject({ status: 'sent' });
    expect(calls()).toEqual([MARKETING, MESSAGES]);
    await expect(sendOne(PROMOTION, { productPolicy: 'STRICT' })).rejects.toMatchObject({ metaCode: 134102 });
    const paused = await stopped(await sendMany(PROMOTION, { productPolicy: 'STRICT' }));
    expect(paused).toMatchObject({ status: 'PAUSED', counts: { failed: 0 } });
    await scene.bulk.cancel(paused.id);
  });

  it('is a maximum price: it goes by the Marketing Messages API', async () => {
    await setAccount(onboarded);
    const template = templateOf(PROMOTION);
    template.settings['optimization_spec'] = { bid_strategy: 'LOWEST_COST_WITH_BID_CAP', bid_amount: 5000 };
    scene.meta.faults.next({ kind: 'error', code: 131061 }, { path: /\/messages$/ });
    await setAccount(onboarded, outside);
    expect(await sendOne(PROMOTION, {})).toMatchObject({ status: 'sent' });
    expect(calls()).toEqual([MESSAGES, MARKETING]);
    delete template.settings['optimization_spec'];
  });
});

type Ending = RecordedMessage['product'] | number;

/** What becomes of a marketing message, and the calls that are made for it. */
const MATRIX: readonly (readonly [string, boolean, MarketingSettings, readonly string[], Ending])[] = [
  ['ONBOARDED', false, {}, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', false, { productPolicy: 'STRICT' }, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', false, { marketing: 'messages' }, [MESSAGES], 'cloud_api'],
  ['ONBOARDED', false, { marketing: 'marketing-messages' }, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', false, { marketing: 'marketing-messages', productPolicy: 'STRICT' }, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', true, {}, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', true, { productPolicy: 'STRICT' }, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', true, { marketing: 'messages' }, [MESSAGES], 131063],
  ['ONBOARDED', true, { marketing: 'marketing-messages' }, [MARKETING], 'marketing_messages'],
  ['ONBOARDED', true, { marketing: 'marketing-messages', productPolicy: 'STRICT' }, [MARKETING], 'marketing_messages'],
  ...['ELIGIBLE', 'PENDING_VALID_PAYMENT_METHOD', 'PENDING_INTERNAL_SETUP', 'INELIGIBLE_COUNTRY_NOT_SUPPORTED'].flatMap(
    (status): typeof MATRIX => [
      [status, false, {}, [MESSAGES], 'cloud_api'],
      [status, false, { productPolicy: 'STRICT' }, [MARKETING], 134102],
      [status, false, { marketing: 'messages' }, [MESSAGES], 'cloud_api'],
      [status, false, { marketing: 'marketing-messages' }, [MARKETING], 'cloud_api'],
      [status, false, { marketing: 'marketing-messages', productPolicy: 'STRICT' }, [MARKETING], 134102],
      [status, true, {}, [MESSAGES, MARKETING], 131063],
      [status, true, { productPolicy: 'STRICT' }, [MARKETING], 134102],
      [status, true, { marketing: 'messages' }, [MESSAGES], 131063],
      [status, true, { marketing: 'marketing-messages' }, [MARKETING], 131063],
      [status, true, { marketing: 'marketing-messages', productPolicy: 'STRICT' }, [MARKETING], 134102],
    ],
  ),
];

describe('marketing of an account that is', () => {
  const sent = MATRIX.flatMap(([status, isOff, settings, called, ending]) =>
    typeof ending === 'string' ? [{ status, isOff, settings, called, ending }] : [],
  );
  const refused = MATRIX.flatMap(([status, isOff, settings, called, ending]) =>
    typeof ending === 'number' ? [{ status, isOff, settings, called, ending }] : [],
  );

  it.each(sent)(
    '$status, off on the Cloud API: $isOff, with $settings, goes by $called as $ending',
    async ({ status, isOff, settings, called, ending }) => {
      await setAccount({ status, isOff });
      expect(await sendOne(PROMOTION, settings)).toMatchObject({ status: 'sent' });
      expect(calls()).toEqual(called);
      const bulkSend = await stopped(await sendMany(PROMOTION, settings));
      expect(bulkSend).toMatchObject({ status: 'COMPLETED', counts: { failed: 0, sent: RECIPIENTS } });
      expect(new Set(calls())).toEqual(new Set(called));
      expect(new Set(scene.meta.messages.map(({ product }) => product))).toEqual(new Set([ending]));
      expect([...scene.meta.sendCounts.values()]).toEqual([1, 1, 1, 1]);
    },
  );

  it.each(refused)(
    '$status, off on the Cloud API: $isOff, with $settings, is refused by $called with $ending: a bulk send pauses',
    async ({ status, isOff, settings, called, ending }) => {
      await setAccount({ status, isOff });
      await expect(sendOne(PROMOTION, settings)).rejects.toMatchObject({ metaCode: ending });
      expect(calls()).toEqual(called);
      // What no recipient would get pauses it, and none of them fails.
      const bulkSend = await stopped(await sendMany(PROMOTION, settings));
      expect(bulkSend).toMatchObject({ status: 'PAUSED', counts: { failed: 0, sent: 0 } });
      expect(bulkSend.waiting).toMatchObject({ reason: 'paused', message: expect.stringContaining(`#${ending}`) });
      await scene.bulk.cancel(bulkSend.id);
    },
  );

  it.each(['ONBOARDED', 'ELIGIBLE'])('%s leaves templates of other categories alone', async (status) => {
    await setAccount({ status, isOff: true });
    for (const settings of [{}, { productPolicy: 'STRICT' }, { marketing: 'marketing-messages' }] as const) {
      await sendOne(RECEIPT, settings);
      expect(await stopped(await sendMany(RECEIPT, settings))).toMatchObject({ status: 'COMPLETED' });
    }
    expect(new Set(calls())).toEqual(new Set([MESSAGES]));
    const bodies = scene.meta.messages.map(({ body }) => Object.keys(body));
    expect(bodies.flat()).not.toContain('product_policy');
  });
});

describe('a template that the Marketing Messages API is taking over', () => {
  beforeEach(() => setAccount({ status: 'ONBOARDED', isOff: false }));

  it.each([
    [134101, undefined],
    [131009, 'The ad sync of the template is incomplete'],
  ])('by code %i can be sent after ten minutes, says the error of a single send', async (code, details) => {
    scene.meta.faults.nextSend({ kind: 'error', code, ...(details !== undefined && { details }) });
    await expect(sendOne(PROMOTION, {})).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 600 });
    expect(calls()).toEqual([MARKETING]);
  });

  it('has its bulk send wait, and then go on by itself', async () => {
    templateOf(PROMOTION).adSyncedAt = Infinity;
    const bulkSend = await sendMany(PROMOTION, {});
    const { waiting } = await scene.until(bulkSend, (now) => now.waiting !== null);
    expect(waiting).toMatchObject({
      reason: 'rate_limited',
      message: expect.stringMatching(/taking the template over/),
    });
    const minutes = ((waiting?.until?.getTime() ?? NaN) - Date.now()) / 60_000;
    expect(minutes).toBeGreaterThan(9);
    expect(minutes).toBeLessThanOrEqual(10);
    await scene.untilNobodySends();
    const waited = await scene.bulk.get(bulkSend.id);
    expect(waited).toMatchObject({ status: 'PROCESSING', counts: { pending: RECIPIENTS, failed: 0 } });
    expect(new Set(calls())).toEqual(new Set([MARKETING]));
    templateOf(PROMOTION).adSyncedAt = 0;
    await scene.passTime();
    expect(await scene.ended(bulkSend)).toMatchObject({ status: 'COMPLETED', counts: { sent: RECIPIENTS } });
    expect((await scene.rows(bulkSend)).map(({ retries }) => retries)).toEqual([0, 0, 0]);
  });
});

describe('a refusal that is about something else', () => {
  beforeEach(() => setAccount({ status: 'ONBOARDED', isOff: false }));

  it.each([131062, 131065])('with code %i is of one recipient: it fails alone, by one call', async (code) => {
    scene.meta.faults.nextSend({ kind: 'error', code });
    expect(await stopped(await sendMany(PROMOTION, {}))).toMatchObject({
      status: 'PARTIAL',
      counts: { sent: RECIPIENTS - 1, failed: 1 },
    });
    expect(calls()).toHaveLength(RECIPIENTS);
  });

  it.each([
    [100, 'must be template', undefined],
    [134103, undefined, undefined],
    [131055, undefined, 'messages'],
  ] as const)('with code %i sends nothing by the other endpoint', async (code, details, marketing) => {
    scene.meta.faults.nextSend({ kind: 'error', code, ...(details !== undefined && { details }) });
    await expect(sendOne(PROMOTION, { ...(marketing && { marketing }) })).rejects.toMatchObject({ metaCode: code });
    expect(calls()).toHaveLength(1);
  });

  it.each([
    ['no answer', { kind: 'reset' }],
    ['a proxy’s page', { kind: 'status', status: 502 }],
    ['an answer that is no JSON', { kind: 'status', status: 500 }],
  ] as const)('or no refusal, %s, leaves it unknown by one call', async (_, fault) => {
    scene.meta.faults.nextSend(fault);
    await expect(sendOne(PROMOTION, {})).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    scene.meta.faults.nextSend(fault);
    const bulkSend = await sendMany(PROMOTION, {});
    await scene.until(bulkSend, ({ counts }) => counts.unconfirmed === 1 && counts.sent === RECIPIENTS - 1);
    expect(calls()).toEqual(Array.from({ length: 1 + RECIPIENTS }, () => MARKETING));
  });

  it('after the other endpoint was tried is the last: nothing goes back and forth', async () => {
    await setAccount({ status: 'ONBOARDED', isOff: false }, { status: 'ELIGIBLE', isOff: false });
    scene.meta.faults.next({ kind: 'error', code: 131063 }, { path: /\/messages$/, times: Infinity });
    scene.meta.faults.next({ kind: 'error', code: 134102 }, { path: /marketing_messages$/, times: Infinity });
    await expect(sendOne(PROMOTION, {})).rejects.toMatchObject({ metaCode: 134102 });
    expect(calls()).toEqual([MESSAGES, MARKETING]);
  });
});

describe('what goes along', () => {
  it('is the policy and the sharing of activity, and on /messages neither', async () => {
    const settings = { productPolicy: 'CLOUD_API_FALLBACK', messageActivitySharing: false } as const;
    await setAccount({ status: 'ONBOARDED', isOff: false });
    await sendOne(PROMOTION, settings);
    const bulkSend = await stopped(await sendMany(PROMOTION, settings));
    expect(bulkSend.marketing).toEqual(settings);
    const keys = { product_policy: 'CLOUD_API_FALLBACK', message_activity_sharing: false };
    const dryRun = await scene.bulk.dryRun({ ...inputOf(PROMOTION, settings), recipients: [{ phone: phoneOf(1) }] });
    expect(dryRun.payloads).toEqual([expect.objectContaining(keys)]);
    expect(scene.meta.messages.map(({ body }) => body)).toMatchObject(
      Array.from({ length: 1 + RECIPIENTS }, () => keys),
    );
    await setAccount({ status: 'ELIGIBLE', isOff: false });
    await sendOne(PROMOTION, settings);
    expect(scene.meta.messages.at(-1)?.body).not.toHaveProperty('product_policy');
  });

  it.each([
    [{ marketing: 'MM' }, 'marketing'],
    [{ marketing: 'messages', productPolicy: 'STRICT' }, 'productPolicy'],
    [{ messageActivitySharing: 'yes' }, 'messageActivitySharing'],
  ])('is checked before anything is stored: %j', async (settings, path) => {
    const wrong: object = settings;
    const problems = { problems: [{ path }] };
    await expect(sendOne(PROMOTION, {}, wrong)).rejects.toMatchObject(problems);
    await expect(sendMany(PROMOTION, {}, wrong)).rejects.toMatchObject(problems);
    expect(scene.meta.requests).toEqual([]);
  });
});

describe('a GIF header', () => {
  const variables = { header_gif: 'https://cdn.example/a.mp4' };
  const recipients = [{ phone: phoneOf(1_000_000), variables }];

  it('goes by the Marketing Messages API', async () => {
    await setAccount({ status: 'ONBOARDED', isOff: false });
    await sendOne(CLIP, {}, { variables });
    expect(await stopped(await sendMany(CLIP, {}, { recipients }))).toMatchObject({ status: 'COMPLETED' });
    expect(calls()).toEqual([MARKETING, MARKETING]);
  });

  it.each([
    ['video', 'an mp4 of 3 MB', 3_000_000, undefined],
    ['video', 'an mp4 of 4 MB', 4_000_000, /3\.5 MB/],
    ['png', 'a picture', 1_000, /3\.5 MB/],
  ] as const)(
    'takes a file that was uploaded here, or refuses it before the call: %s, %s',
    async (kind, _, size, problem) => {
      await setAccount({ status: 'ONBOARDED', isOff: false });
      const file = Buffer.concat([Buffer.from(HEADS[kind], 'latin1'), Buffer.alloc(size, recipient)]);
      const { mediaId } = await scene.app.get(MediaService).upload({ file });
      const input = { ...inputOf(CLIP, {}), to: phoneOf(1_500_000), variables: { header_gif: mediaId } };
      const problems = await scene.app.get(MessagesService).checkTemplate(input);
      const expected = { path: 'variables.header_gif', message: expect.stringMatching(problem ?? /./) };
      expect(problems).toEqual(problem ? [expected] : []);
      const sent = await scene.app
        .get(MessagesService)
        .sendTemplate(input)
        .catch((error: unknown) => error);
      expect(sent).toMatchObject(problem ? { problems: [expected] } : { status: 'sent' });
    },
  );

  it('is refused before the call where it would go by /messages', async () => {
    await setAccount({ status: 'ELIGIBLE', isOff: false });
    const problems = { problems: [{ path: 'template', message: expect.stringMatching(/GIF header/) }] };
    await expect(sendOne(CLIP, {}, { variables })).rejects.toMatchObject(problems);
    await expect(sendMany(CLIP, {}, { recipients })).rejects.toMatchObject(problems);
    expect(
      await scene.app.get(MessagesService).checkTemplate({ ...inputOf(CLIP, {}), to: phoneOf(1), variables }),
    ).toEqual(problems.problems);
    expect(calls()).toEqual([]);
  });

  it('pauses its bulk send when the account has left meanwhile, and fails no recipient', async () => {
    await setAccount({ status: 'ONBOARDED', isOff: false });
    const scheduledAt = new Date(Date.now() + 60 * 60_000);
    const bulkSend = await sendMany(CLIP, {}, { recipients, scheduledAt });
    await setAccount({ status: 'ELIGIBLE', isOff: false });
    await scene.dataSource.query('UPDATE whatsapp_bulk_sends SET waiting_until = 0, scheduled_at = 0 WHERE id = ?', [
      bulkSend.id,
    ]);
    const paused = await stopped(bulkSend);
    expect(paused).toMatchObject({ status: 'PAUSED', counts: { failed: 0, pending: 1 } });
    expect(paused.waiting?.message).toMatch(/GIF header/);
  });
});
