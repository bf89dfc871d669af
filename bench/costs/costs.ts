import { join } from 'node:path';
import type { CostRow } from 'nestjs-whatsapp';
import type { InvoiceLine } from 'nestjs-whatsapp/testing';
import type { LibraryOptions } from '../library/library.module.js';
import { Child } from '../processes/child.js';
import { count, dollars, type Figure, figure, milliseconds, seconds } from '../report/figure.js';
import { Database } from '../servers/postgres.js';
import { RedisSpace } from '../servers/redis.js';
import { untilReached } from '../stand-in/until-reached.js';
import type { PricedStandIn } from './priced-stand-in.process.js';
import type { Sender } from './sender.process.js';

/** Of each template and each of two numbers. */
const BULK = 15_000;

/** Of each number: a thousand of them are free. */
const TEXTS = 5_000;

const MESSAGES = 2 * (3 * BULK + TEXTS);

/** People who came by an ad: their messages are free. */
const VISITORS = 2_000;

/** Longer than all of it takes on a machine that is busy with something else. */
const LIMIT_MS = 600_000;

/** Whether what the library adds up is what Meta charges: with webhooks shuffled and doubled, of messages of all kinds. */
export async function* costs(): AsyncGenerator<Figure> {
  await using standIn = await Child.start<PricedStandIn>(join(__dirname, 'priced-stand-in.process.js'), {});
  await using database = await Database.create();
  await using redis = new RedisSpace();
  const meta = await standIn.call('access');
  const options: LibraryOptions = {
    meta,
    databaseUrl: database.url,
    redis: { url: redis.url, prefix: redis.prefix },
    messagesPerSecond: 2_000,
  };
  await using sender = await Child.start<Sender>(join(__dirname, 'sender.process.js'), options);
  const startedAt = new Date();
  await standIn.call('report', await sender.call('url'), VISITORS);
  for (const phoneNumberId of meta.phoneNumberIds) await sender.call('sendTemplates', phoneNumberId, BULK);
  for (const phoneNumberId of meta.phoneNumberIds) await sender.call('sendTexts', phoneNumberId, TEXTS);
  await untilReached(MESSAGES, 'Sending', () => standIn.call('accepted'), LIMIT_MS);
  await untilReached(1, 'Reporting', async () => ((await standIn.call('webhooks')).pending === 0 ? 1 : 0), LIMIT_MS);
  yield figure(
    `${MESSAGES.toLocaleString('en-US')} messages, sent and reported within`,
    secondsSince(startedAt),
    seconds,
  );
  const { delivered, dropped } = await standIn.call('webhooks');
  yield figure('statuses and other updates that were posted, shuffled and a third of them twice', delivered, count);
  yield figure('of them dropped', dropped, count, { atMost: 0 });

  const askedAt = new Date();
  const months = [...new Set([startedAt, askedAt].map((date) => date.toISOString().slice(0, 7)))];
  const rows: CostRow[] = [];
  for (const month of months) rows.push(...(await sender.call('report', month)).rows);
  const took = secondsSince(askedAt) * 1_000;
  const lines: InvoiceLine[] = [];
  for (const month of months) lines.push(...(await standIn.call('invoice', month)).lines);
  const ours = sumsOf(rows.map((row) => ({ ...row, volume: row.messages, cost: row.amount })));
  const theirs = sumsOf(lines);
  const [sum, invoice] = [ours, theirs].map((sums) => [...sums.values()].reduce((all, { cost }) => all + cost, 0n));
  yield figure('Meta’s invoice', Number(invoice) / 1e9, dollars);
  yield figure('the sum of what is stored', Number(sum) / 1e9, dollars);
  yield figure('the difference, in billionths of a dollar', Math.abs(Number((sum ?? 0n) - (invoice ?? 0n))), count, {
    atMost: 0,
  });
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
  const differing = keys.filter(
    (key) => ours.get(key)?.volume !== theirs.get(key)?.volume || ours.get(key)?.cost !== theirs.get(key)?.cost,
  );
  yield figure(`of ${keys.length} lines by number, country, category and type, differ`, differing.length, count, {
    atMost: 0,
  });
  const lost = (await standIn.call('priced')) - (await sender.call('priced'));
  yield figure('messages with a price in some status, and none that is stored', lost, count, { atMost: 0 });
  yield figure('the report of the month', took, milliseconds);
}

const secondsSince = (date: Date): number => (Date.now() - date.getTime()) / 1_000;

interface CostLine {
  readonly phoneNumberId: string | null;
  readonly country: string | null;
  readonly category: string;
  readonly type: string;
  readonly volume: number;
  /** A decimal. */
  readonly cost: string;
}

/** Volume and cost, in billionths, by number, country, category and type. */
function sumsOf(lines: readonly CostLine[]): Map<string, { readonly volume: number; readonly cost: bigint }> {
  const sums = new Map<string, { volume: number; cost: bigint }>();
  for (const { phoneNumberId, country, category, type, volume, cost } of lines) {
    const key = [phoneNumberId, country, category, type].join(' ');
    const sum = sums.get(key) ?? { volume: 0, cost: 0n };
    const [whole = '', fraction = ''] = cost.split('.');
    sum.volume += volume;
    sum.cost += BigInt(whole + fraction.padEnd(9, '0'));
    sums.set(key, sum);
  }
  return sums;
}
