import { join } from 'node:path';
import type { Fault } from 'nestjs-whatsapp/testing';
import { Child } from '../processes/child.js';
import { count, type Figure, figure } from '../report/figure.js';
import type { Drill, DrillProcess, DrillResult } from './drill.process.js';

const RECIPIENTS = 1_000;
const OUTAGE_MS = 60_000;

/** Messages in doubt at most: where answers of no use come at once, and where nothing comes. */
const AT_ONCE = 50;
const HANGING = 200;

const page = (status: number, body: string, headers = {}): Fault => ({ kind: 'status', status, body, headers });

const kinds: readonly (readonly [name: string, fault: Fault, most: number, after?: number])[] = [
  ['502 with HTML', page(502, '<html>Bad gateway</html>'), AT_ONCE],
  ['502 with HTML, after 300 messages', page(502, '<html>Bad gateway</html>'), AT_ONCE, 300],
  ['200 with HTML', page(200, '<html>Welcome</html>'), AT_ONCE],
  ['200 without a body', page(200, ''), AT_ONCE],
  ['200 with bad gzip', page(200, '{', { 'Content-Encoding': 'gzip' }), AT_ONCE],
  ['a reset after the request', { kind: 'reset' }, AT_ONCE],
  ['a reset within the answer', { kind: 'cut' }, AT_ONCE],
  ['a byte each 0.5 s', { kind: 'drip', ms: 500 }, HANGING],
  ['no answer', { kind: 'silence' }, HANGING],
  ['no answer, after 300 messages', { kind: 'silence' }, HANGING, 300],
];

/** What a bulk send costs while Meta's answers are of no use for a minute. */
export async function* unknownOutcomes(): AsyncGenerator<Figure> {
  const results = await Promise.all(
    kinds.map(async ([name, fault, most, after = 0]) => {
      const result = await resultOf({ fault, count: RECIPIENTS, after, lasts: OUTAGE_MS });
      return { name, most, result };
    }),
  );
  for (const { name, most, result } of results) {
    const { inDoubt, sent, twice, isCounted, seconds, lines } = result;
    const reported = `${sent} sent, ${twice} twice, counters ${isCounted ? '=' : '≠'} rows, ${lines} log lines, ${seconds.toFixed(0)} s`;
    yield figure(`${name}: in doubt of 1,000 (${reported})`, inDoubt, count, { atMost: most });
  }
  const wrong = results.filter(
    ({ result }) =>
      result.twice > 0 || !result.isCounted || result.lines !== 2 || result.sent + result.inDoubt !== RECIPIENTS,
  );
  yield figure(
    'kinds with messages lost, sent twice or not counted, or with another number of lines',
    wrong.length,
    count,
    {
      atMost: 0,
    },
  );
}

async function resultOf(drill: Drill): Promise<DrillResult> {
  await using child = await Child.start<DrillProcess>(join(__dirname, 'drill.process.js'), drill);
  return await child.call('run');
}
