// npm run soak -- --minutes 60 --rate 500
//
// Two processes send bulk sends and take the webhooks about them, for hours if wanted: what must not grow is measured every minute.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Deployment } from './deployment.js';
import { count, type Figure, figure, perSecond } from '../report/figure.js';
import { describeMachine } from '../report/machine.js';
import { lineOf, writeReport } from '../report/report.js';
import { growthFigures } from './growth.js';
import { type Sample, takeSample } from './sample.js';

/** Seconds of sending that wait at least: sending never stops for want of work. */
const AHEAD_SECONDS = 60;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '60' }, rate: { type: 'string', default: '500' } },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];

async function soak(): Promise<Figure[]> {
  await using deployment = await Deployment.start(rate);
  const samples: Sample[] = [];
  const startedAt = performance.now();
  const end = startedAt + minutes * 60_000;
  const sampleEvery = Math.min(60_000, (minutes * 60_000) / 30);
  let nextSample = startedAt + sampleEvery;
  while (performance.now() < end) {
    await deployment.keepAhead(rate * AHEAD_SECONDS);
    if (performance.now() >= nextSample) {
      const sample = await takeSample(deployment, (performance.now() - startedAt) / 60_000);
      samples.push(sample);
      console.log(sample.line);
      nextSample += sampleEvery;
    }
    await delay(250);
  }
  const { accepted, statuses } = samples.at(-1) ?? { accepted: 0, statuses: 0 };
  const seconds = (performance.now() - startedAt) / 1_000;
  const { twice, dropped } = await deployment.mistakes();
  return [
    figure('messages that Meta accepted', accepted / seconds, perSecond, { atLeast: rate * 0.9 }),
    figure('statuses that were taken by webhook', statuses / seconds, perSecond),
    figure('messages in all', accepted, count),
    figure('people who got a message twice', twice, count, { atMost: 0 }),
    figure('statuses that the processes did not take', dropped, count, { atMost: 0 }),
    ...growthFigures(samples),
  ];
}

async function main(): Promise<void> {
  const machine = await describeMachine();
  const date = new Date().toISOString().slice(0, 10);
  console.log(machine);
  const figures = await soak();
  for (const one of figures) console.log(lineOf(one));
  const introduction = `\`npm run soak -- --minutes ${minutes} --rate ${rate}\` on ${date}: ${machine}. Two processes with the library send \
from a number each and take the webhooks about the other's messages (sent, delivered, read), with Postgres and Redis of their own on the same \
machine. What grows is judged after a warm-up of a sixth of the time: memory by the slope of a line through all samples (after a garbage \
collection), everything else by the mean of the first third against that of the last.`;
  if (minutes >= 60) {
    await writeReport(join(__dirname, '../../soak.md'), { title: 'An hour of sending, measured', introduction }, [
      { title: 'What grows', figures },
    ]);
  }
  process.exit(figures.every(({ target }) => target?.met ?? true) ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
