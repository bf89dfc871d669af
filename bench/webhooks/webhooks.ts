import { join } from 'node:path';
import { Deployment } from '../library/deployment.js';
import { Child } from '../processes/child.js';
import { count, type Figure, figure, microseconds, milliseconds, percent, perSecond } from '../report/figure.js';
import { rateOf } from '../stand-in/arrivals.js';
import { untilReached } from '../stand-in/until-reached.js';
import type { BareReceiver, BareReceiverOptions } from './bare-receiver.process.js';
import type { Poster, PosterOptions } from './poster.process.js';

/** Messages that statuses are about; each is `sent`, `delivered` and `read`. */
const MESSAGES = 30_000;

/** Messages of the bulk send at the same time, which lasts longer than the webhooks. */
const OTHER_MESSAGES = 30_000;

/** Messages per second of a number with Meta's highest throughput; the pace is 95 % of it. */
const LIMIT = 1_000;

/** Statuses per second that are posted: more than have to be applied. */
const OFFERED = 5_500;

/** Webhooks under way at once, where the next one is posted when one is answered. */
const AT_ONCE = 32;

/** How fast statuses are stored by one process while another sends, compared with the least that a Nest app does with them. */
export async function* webhooks(): AsyncGenerator<Figure> {
  await using deployment = await Deployment.prepare([{ throughputLevel: 'HIGH' }, { throughputLevel: 'HIGH' }]);
  const { standIn, database } = deployment;
  const meta = await standIn.call('access');
  const [reported = '', other = ''] = meta.phoneNumberIds;
  const worker = await deployment.startWorker();
  const http = await deployment.startHttp();
  await worker.call('create', { phoneNumberId: reported, count: MESSAGES });
  await untilReached(MESSAGES, 'Storing', () => database.sentRows('whatsapp_messages'));

  const options: PosterOptions = { databaseUrl: database.url, phoneNumberId: reported, meta };
  await using poster = await startPoster(options);
  const bareOptions: BareReceiverOptions = { appSecret: meta.appSecret };
  await using bare = await Child.start<BareReceiver>(join(__dirname, 'bare-receiver.process.js'), bareOptions);
  const parsed = await poster.call('post', await bare.call('url'), OFFERED);
  yield figure('a bare Nest controller, nothing stored: statuses', parsed.rate, perSecond);
  yield figure('a bare Nest controller: 99 of 100 answers within', parsed.p99, milliseconds);

  await worker.call('create', { phoneNumberId: other, count: OTHER_MESSAGES, first: MESSAGES });
  await untilReached(LIMIT, 'Sending', async () => (await standIn.call('arrivals', other)).count);
  const { url } = await http.call('access');
  const stored = await poster.call('post', `${url}/whatsapp/webhook`, OFFERED);
  const arrivals = await standIn.call('arrivals', other);
  yield figure('nestjs-whatsapp: statuses stored', stored.rate, perSecond, { atLeast: 5_000 });
  yield figure('nestjs-whatsapp: half of the answers within', stored.median, milliseconds);
  yield figure('nestjs-whatsapp: 99 of 100 answers within', stored.p99, milliseconds, { atMost: 100 });
  yield figure('the bulk send at the same time, rate / limit', rateOf(arrivals) / LIMIT, percent, { atLeast: 0.93 });
  yield figure('messages that are not read by then', MESSAGES - (await database.readRows(reported)), count, {
    atMost: 0,
  });

  await untilReached(MESSAGES + OTHER_MESSAGES, 'Storing', () => database.settledRows());
  await using alone = await startPoster({ ...options, phoneNumberId: other });
  const bareAtMost = await alone.call('postAtMost', await bare.call('url'), AT_ONCE);
  yield figure('a bare Nest controller, alone: statuses at most', bareAtMost, perSecond);
  const before = await http.processorTime();
  const atMost = await alone.call('postAtMost', `${url}/whatsapp/webhook`, AT_ONCE);
  const cost = ((await http.processorTime()) - before) / (3 * OTHER_MESSAGES);
  yield figure('nestjs-whatsapp, alone: statuses applied at most', atMost, perSecond, { atLeast: 15_000 });
  yield figure('nestjs-whatsapp: processor time a status', cost, microseconds);
  const unread = OTHER_MESSAGES - (await database.readRows(other));
  yield figure('messages of these that are not read by then', unread, count, { atMost: 0 });
}

const startPoster = (options: PosterOptions): Promise<Child<Poster>> =>
  Child.start<Poster>(join(__dirname, 'poster.process.js'), options);
