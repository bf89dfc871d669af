import { createHash } from 'node:crypto';
import { BulkService, CostsService, MessageEntity, MessagesService } from 'nestjs-whatsapp';
import {
  GraphApiServer,
  type Invoice,
  type RateCard,
  type RecordedMessage,
  type WebhookCounts,
  sampleTemplates,
  type WebhookStatus,
  type WebhookStep,
} from 'nestjs-whatsapp/testing';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { writeMoney, readMoney } from '../../lib/costs/money.js';
import { describeOn, type FreshDatabase } from '../support/databases.js';
import { optionsFor, TestApp } from '../support/test-app.js';
import { rate } from './costs-scene.js';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const ZONE = 'America/Sao_Paulo';

/** How numbers of people in some countries begin, and how long they are. */
const COUNTRIES = {
  AR: ['5491155', 13],
  BR: ['5511955', 13],
  IN: ['919845', 12],
  GB: ['447700', 12],
  US: ['1646555', 11],
} as const;

const CATEGORIES = ['UTILITY', 'MARKETING', 'AUTHENTICATION'] as const;

/** Messages of each number to each country and category. */
const BULK = 10;

/** Service messages of the first number that are free. */
const FREE = 60;

/** All of them. */
const SERVICE = 120;

const RATES = [
  ...Object.keys(COUNTRIES).flatMap((country, index) => [
    rate(country, 'marketing', `0.0${61 + index}8`),
    rate(country, 'authentication', `0.02${index}`),
    rate(country, 'service', `0.003${index}1`),
  ]),
  ...['AR', 'BR', 'GB', 'US'].map((country) => rate(country, 'utility', '0.0113')),
  rate('IN', 'utility', '0.0014', { tier: '0:5' }),
  rate('IN', 'utility', '0.0011', { tier: '6:12' }),
  rate('IN', 'utility', '0.000999999', { tier: '13:MAX' }),
  rate('IN', 'authentication_international', '0.028'),
];

/** What becomes of messages, and which of their statuses carry the price. */
const LIVES: readonly { readonly statuses: readonly WebhookStep[]; readonly priced: readonly WebhookStatus[] }[] = [
  { statuses: ['sent', 'delivered', 'read'], priced: ['sent'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['delivered'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['read'] },
  { statuses: ['sent', 'delivered', 'read'], priced: ['sent', 'delivered', 'read'] },
  { statuses: ['sent', 'read'], priced: ['sent', 'read'] },
  { statuses: ['sent', 'read'], priced: ['read'] },
  { statuses: ['delivered'], priced: ['delivered'] },
  { statuses: ['sent'], priced: ['sent'] },
  { statuses: ['sent', { status: 'failed', code: 131026 }], priced: ['sent'] },
  { statuses: [{ status: 'failed', code: 131026 }], priced: [] },
];

/** The same for a message whenever it is asked for. */
function lifeOf({ id }: RecordedMessage): (typeof LIVES)[number] {
  const [dice = 0] = createHash('sha1').update(id).digest();
  const life = LIVES[dice % LIVES.length];
  if (!life) throw new Error('A message needs a life.');
  return life;
}

const personIn = ([prefix, length]: readonly [string, number], index: number): string =>
  `+${prefix}${String(index).padStart(length - prefix.length, '0')}`;

describeOn('sqlite', 'what messages cost', (database) => {
  let fresh: FreshDatabase;
  let meta: GraphApiServer;
  let app: TestApp;

  beforeAll(async () => {
    fresh = await database.create();
    const rateCard: RateCard = { rates: RATES };
    const fixture = { timeZone: ZONE, rateCard, internationalAuthentication: ['IN'], freeServiceMessages: FREE };
    meta = await GraphApiServer.start({ accounts: [fixture], limits: false });
    const { account } = meta;
    const numbers = ['+55 11 91234-5678', '+44 7700 900123'];
    for (const displayPhoneNumber of numbers)
      account.addPhoneNumber({ displayPhoneNumber, throughputLevel: 'HIGH', messagingLimit: 'TIER_UNLIMITED' });
    const { components, language } = sampleTemplates.plain;
    for (const category of CATEGORIES)
      account.addTemplate({ name: category.toLowerCase(), language, category, components });
    const options = optionsFor(meta);
    app = await TestApp.start({
      meta,
      database: fresh.options,
      options: {
        ...options,
        messagesPerSecond: 500,
        accounts: (options.accounts ?? []).map((own) => ({ ...own, appSecret: meta.appSecret })),
        surfaces: { webhook: true },
        costs: { timeZone: ZONE, currency: 'USD', rateCard: RATES, freeServiceMessages: FREE },
      },
    });
    meta.webhooks = {
      url: `${app.url}/whatsapp/webhook`,
      statuses: (message) => lifeOf(message).statuses,
      pricedStatuses: (message) => lifeOf(message).priced,
      doubled: 0.3,
      shuffled: true,
      delayMs: () => Math.random() * 40,
      retryAfterMs: Array.from({ length: 20 }, () => 500),
    };
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await meta.close();
    await fresh.drop();
  });

  async function sendAll(): Promise<void> {
    const [first = '', ...others] = meta.account.phoneNumbers.map(({ id }) => id);
    for (let index = 0; index < 30; index += 1) {
      const from = personIn(COUNTRIES.BR, index);
      meta.phoneNumber.receive({ type: 'text', from, referral: { source_type: 'ad', source_id: '1' } });
    }
    const { language } = sampleTemplates.plain;
    for (const phoneNumberId of [first, ...others]) {
      for (const category of CATEGORIES) {
        const recipients = Array.from({ length: BULK }, (_, index) =>
          Object.values(COUNTRIES).map((country) => ({ phone: personIn(country, index), variables: {} })),
        ).flat();
        const bulk = { phoneNumberId, template: category.toLowerCase(), language, recipients };
        await app.get(BulkService).create(bulk);
      }
    }
    const messages = app.get(MessagesService);
    for (let from = 0; from < SERVICE; from += 20) {
      const texts = Array.from({ length: 20 }, (_, index) => {
        const to = personIn(COUNTRIES.AR, 1_000 + from + index);
        return messages.sendText({ phoneNumberId: first, to, text: { body: 'Here is what you asked for.' } });
      });
      await Promise.all(texts);
    }
    const { id } = meta.messages.at(-1) ?? { id: '' };
    const reaction = { message_id: id, emoji: '👍' };
    await messages.send({ phoneNumberId: first, to: personIn(COUNTRIES.AR, 5_000), type: 'reaction', reaction });
    const count = 2 * CATEGORIES.length * Object.keys(COUNTRIES).length * BULK + SERVICE + 1;
    await meta.waitForMessages(count, 60_000);
    // Between two steps of a message nothing of it is pending.
    const steps = meta.messages.reduce((sum, message) => sum + lifeOf(message).statuses.length, 0);
    const isOver = ({ pending, steps: taken }: WebhookCounts) =>
      pending === 0 && Object.values(taken).reduce((sum, times) => sum + times, 0) === steps;
    await vi.waitUntil(() => isOver(meta.webhookCounts), { timeout: 60_000, interval: 20 });
  }

  it('is to the cent and the message what Meta charges, whatever the order of webhooks and their doubles', async () => {
    const begun = Date.now();
    await sendAll();
    expect(meta.webhookCounts.dropped).toBe(0);
    const months = [...new Set([begun, Date.now()].map(monthAt))];
    for (const month of months) {
      const { rows, totals } = await app.get(CostsService).report({ month, groupBy: ['phoneNumber'] });
      const invoice = meta.account.invoice({ month });
      const reported = rows.map((row) => ({
        ...row,
        country: row.country ?? 'ZZ',
        volume: row.messages,
        cost: row.amount,
      }));
      expect(sumsOf(reported)).toEqual(sumsOf(invoice.lines));
      expect(totals).toMatchObject([
        { messages: invoice.volume, amount: invoice.cost, estimated: '0.00', withoutRate: 0 },
      ]);
    }
    for (const month of months) {
      const compared = await app.get(CostsService).compareWithMeta({ businessAccountId: meta.account.id, month });
      expect(compared.total.difference).toEqual({ messages: 0, amount: '0.00' });
    }
    expectVariety(months.map((month) => meta.account.invoice({ month })));
  });

  it('loses no price that a status has brought', async () => {
    const rows = await app.get(DataSource).getRepository(MessageEntity).find();
    const priced = new Set(
      rows.filter(({ pricingCategory, pricingType }) => pricingCategory && pricingType).map(({ wamid }) => wamid),
    );
    const lost = meta.messages.filter(
      (message) => lifeOf(message).priced.length > 0 && message.body['type'] !== 'reaction' && !priced.has(message.id),
    );
    expect(lost).toEqual([]);
  });
});

const monthAt = (at: number): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, year: 'numeric', month: '2-digit' }).format(at).slice(0, 7);

/** What a line of costs says, whoever added it up. */
interface CostLine {
  readonly phoneNumberId: string | null;
  readonly country: string;
  readonly category: string;
  readonly type: string;
  readonly volume: number;
  readonly cost: string;
}

/** Volume and cost by number, country, category and type. */
function sumsOf(lines: readonly CostLine[]): Record<string, { readonly volume: number; readonly cost: string }> {
  const sums: Record<string, { readonly volume: number; readonly cost: string }> = {};
  for (const { phoneNumberId, country, category, type, volume, cost } of lines) {
    const key = [phoneNumberId, country, category.replaceAll('-', '_'), type].join(' ');
    const sum = sums[key] ?? { volume: 0, cost: '0.00' };
    sums[key] = { volume: sum.volume + volume, cost: writeMoney(readMoney(sum.cost) + readMoney(cost)) };
  }
  return sums;
}

/** Sees to it that all was in it that makes a difference. */
function expectVariety(invoices: readonly Invoice[]): void {
  const lines = invoices.flatMap((invoice) => invoice.lines);
  const categories = new Set(lines.map(({ category }) => category));
  const types = new Set(lines.map(({ type }) => type));
  expect(categories).toEqual(
    new Set([
      'utility',
      'marketing',
      'authentication',
      'authentication-international',
      'service',
      'referral_conversion',
    ]),
  );
  expect(types).toEqual(new Set(['regular', 'free_customer_service', 'free_entry_point']));
  const tiers = new Set(
    lines.filter((line) => line.country === 'IN' && line.category === 'utility').map(({ tier }) => tier),
  );
  expect(tiers.size).toBeGreaterThan(1);
  expect(new Set(lines.map(({ country }) => country))).toEqual(new Set(Object.keys(COUNTRIES)));
}
