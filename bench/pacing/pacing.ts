import { Deployment } from '../library/deployment.js';
import { count, type Figure, figure, percent } from '../report/figure.js';
import { rateOf } from '../stand-in/arrivals.js';
import { untilEverybodyHasOne } from '../stand-in/until-reached.js';

interface Scenario {
  readonly limit: number;
  readonly throughputLevel: 'STANDARD' | 'HIGH';
  readonly recipients: number;
}

const SCENARIOS: readonly Scenario[] = [
  { limit: 80, throughputLevel: 'STANDARD', recipients: 2_000 },
  { limit: 1_000, throughputLevel: 'HIGH', recipients: 30_000 },
];

/** Of the limit: the pace is 95 % of it. */
const ENOUGH = { atLeast: 0.93 };

/** Messages per second of a number that is also used in the WhatsApp Business app. */
const SLOW_LIMIT = 20;

/** How close to Meta's limits messages go out, without ever running into them. */
export async function* pacing(): AsyncGenerator<Figure> {
  for (const scenario of SCENARIOS) {
    for (const processes of [1, 3]) yield* paceOf(scenario, processes);
  }
}

async function* paceOf({ limit, throughputLevel, recipients }: Scenario, processes: number): AsyncGenerator<Figure> {
  await using deployment = await Deployment.prepare([{ throughputLevel }, { isOnBizApp: true }]);
  const { standIn } = deployment;
  const worker = await deployment.startWorker();
  await Promise.all(Array.from({ length: processes - 1 }, () => deployment.startWorker()));

  const [fast = '', slow = ''] = (await standIn.call('access')).phoneNumberIds;
  const slowRecipients = (recipients * SLOW_LIMIT) / limit;
  await Promise.all([
    worker.call('create', { phoneNumberId: fast, count: recipients }),
    worker.call('create', { phoneNumberId: slow, count: slowRecipients, first: recipients }),
  ]);
  await untilEverybodyHasOne(recipients + slowRecipients, standIn);

  const name = `${limit}/s, ${processes} ${processes === 1 ? 'process' : 'processes'}`;
  const arrivals = await standIn.call('arrivals', fast);
  const besides = await standIn.call('arrivals', slow);
  yield figure(`${name}: refused by Meta`, await standIn.call('refused'), count, { atMost: 0 });
  yield figure(`${name}: average rate / limit`, rateOf(arrivals) / limit, percent, ENOUGH);
  yield figure(`${name}: busiest second`, await standIn.call('busiestSecond', fast), count, { atMost: limit });
  yield figure(`${name}: a 20/s number at the same time, rate / limit`, rateOf(besides) / SLOW_LIMIT, percent, ENOUGH);
}
