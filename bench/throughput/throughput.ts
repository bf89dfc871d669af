import { type Figure, figure, microseconds, perSecond, times } from '../report/figure.js';
import { medianOf } from '../single/load.js';
import { speedOfBareLoop } from './bare-loop.js';
import { type JobQueue, speedOfJobPerRecipient } from './job-per-recipient.js';
import { speedOfLibrary } from './library.js';
import type { Speed } from './speed.js';

const ALTERNATIONS = 5;
const RECIPIENTS = 30_000;
/** Rates are compared, so the slow ways may have fewer. */
const FEWER_RECIPIENTS = 6_000;
const CONCURRENCIES = [20, 50, 100];

/** What one alternation measured. */
interface Round {
  readonly limit: Speed;
  readonly ours: Speed;
  readonly bull: Speed;
  readonly bullmq: Speed;
}

/** How fast messages go out without a limit, each way in turn, and what that takes of the processor. */
export async function* throughput(): AsyncGenerator<Figure> {
  const onBull = await bestConcurrency('Bull');
  const onBullmq = await bestConcurrency('BullMQ');
  const rounds: Round[] = [];
  for (let round = 0; round < ALTERNATIONS; round += 1) {
    rounds.push({
      limit: await speedOfBareLoop(RECIPIENTS),
      ours: await speedOfLibrary(RECIPIENTS),
      bull: await speedOfJobPerRecipient('Bull', FEWER_RECIPIENTS, onBull),
      bullmq: await speedOfJobPerRecipient('BullMQ', FEWER_RECIPIENTS, onBullmq),
    });
  }
  const median = (quantity: (round: Round) => number) => medianOf(rounds.map(quantity));
  yield figure(
    'a bare undici loop, nothing stored: the limit',
    median(({ limit }) => limit.accepted),
    perSecond,
  );
  yield figure(
    `a Bull job per recipient, ${onBull} at once, until all is stored`,
    median(({ bull }) => bull.stored),
    perSecond,
  );
  yield figure(
    `a BullMQ job per recipient, ${onBullmq} at once, until all is stored`,
    median(({ bullmq }) => bullmq.stored),
    perSecond,
  );
  yield figure(
    'nestjs-whatsapp, until all is stored',
    median(({ ours }) => ours.stored),
    perSecond,
  );
  yield figure(
    'nestjs-whatsapp / the limit',
    median(({ ours, limit }) => ours.stored / limit.accepted),
    times,
    { atLeast: 0.65 },
  );
  yield figure(
    'nestjs-whatsapp / a job per recipient on Bull',
    median(({ ours, bull }) => ours.stored / bull.stored),
    times,
    { atLeast: 6 },
  );
  yield figure(
    'nestjs-whatsapp / a job per recipient on BullMQ',
    median(({ ours, bullmq }) => ours.stored / bullmq.stored),
    times,
    { atLeast: 5 },
  );
  for (const [name, way] of Object.entries(WAYS)) {
    yield figure(
      `processor time a message: ${name}`,
      median((round) => round[way].cost),
      microseconds,
    );
  }
  yield figure(
    'processor time a message: nestjs-whatsapp / the bare loop',
    median(({ ours, limit }) => ours.cost / limit.cost),
    times,
    { atMost: 2 },
  );
}

const WAYS = {
  'the bare loop': 'limit',
  'nestjs-whatsapp': 'ours',
  Bull: 'bull',
  BullMQ: 'bullmq',
} as const satisfies Record<string, keyof Round>;

/** Of the numbers of jobs that run at once, the one by which a queue is fastest. */
async function bestConcurrency(queue: JobQueue): Promise<number> {
  let best = { concurrency: 0, stored: 0 };
  for (const concurrency of CONCURRENCIES) {
    const { stored } = await speedOfJobPerRecipient(queue, FEWER_RECIPIENTS, concurrency);
    if (stored > best.stored) best = { concurrency, stored };
  }
  return best.concurrency;
}
