import { count, type Figure, figure, megabytes, milliseconds, percent, times } from '../report/figure.js';
import type { Sample, StatementCost } from './sample.js';

/** Until caches are full and code is compiled, as a share of the time. */
const WARM_UP = 1 / 6;

/** A statement with less than this share of the time of all does not count by itself. */
const NOTABLE = 0.01;

const perHour = (bytes: number): string => `${megabytes(bytes)}/h`;

/** What has grown from sample to sample, against what may. */
export function growthFigures(samples: readonly Sample[]): Figure[] {
  const warm = samples.slice(Math.floor(samples.length * WARM_UP));
  const third = Math.floor(warm.length / 3);
  const [early, late] = [warm.slice(0, third), warm.slice(-third)];
  const memory = (samples[0]?.footprints ?? []).flatMap((_, index) => {
    const heap = slopeOf(warm, ({ footprints }) => footprints[index]?.heap ?? 0);
    const rss = slopeOf(warm, ({ footprints }) => footprints[index]?.rss ?? 0);
    const error = perHour(heap.error);
    return [
      figure(`process ${index + 1}: heap after garbage collection (standard error ${error})`, heap.slope, perHour, {
        atMost: 1e6,
      }),
      figure(`process ${index + 1}: resident memory (standard error ${perHour(rss.error)})`, rss.slope, perHour),
    ];
  });
  const grown = (name: string, value: (sample: Sample) => number, unit: (value: number) => string, most: number) => {
    const [from, to] = [mean(early, value), mean(late, value)];
    return figure(`${name} (from ${unit(from)})`, to, unit, { atMost: from + most });
  };
  return [
    ...memory,
    grown('handles of both processes', handles, count, 20),
    grown('keys in Redis', ({ redisKeys }) => redisKeys, count, 20),
    grown('memory of Redis', ({ redisBytes }) => redisBytes, megabytes, 1e6),
    grown('dead rows among messages', ({ deadMessages }) => deadMessages, percent, 0.05),
    grown('dead rows of all other tables', ({ otherDeadRows }) => otherDeadRows, count, 2_000),
    ...queryFigures(early, late),
  ];
}

const handles = ({ footprints }: Sample): number => footprints.reduce((sum, footprint) => sum + footprint.handles, 0);

function queryFigures(early: readonly Sample[], late: readonly Sample[]): Figure[] {
  const [before, after] = [costsWithin(early), costsWithin(late)];
  const [all, allAfter] = [totalOf(before.values()), totalOf(after.values())];
  const pages = allAfter.pages / allAfter.calls;
  const pagesBefore = all.pages / all.calls;
  const notable = [...after].flatMap(([id, cost]) => {
    const earlier = before.get(id);
    if (!earlier || earlier.calls === 0 || cost.calls === 0 || cost.ms < allAfter.ms * NOTABLE) return [];
    return [{ query: cost.query, growth: cost.pages / cost.calls / (earlier.pages / earlier.calls) }];
  });
  const [worst] = notable.toSorted((one, other) => other.growth - one.growth);
  const words = worst?.query.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|').slice(0, 90) ?? 'none';
  return [
    figure(`time of a statement (from ${(all.ms / all.calls).toFixed(3)} ms)`, allAfter.ms / allAfter.calls, exactMs),
    figure('pages that a statement looks at, late / early', pages / pagesBefore, times, { atMost: 1.1 }),
    figure(`the same of the statement that grew most: \`${words}\``, worst?.growth ?? 1, times, { atMost: 1.5 }),
  ];
}

const exactMs = (ms: number): string => (ms < 10 ? `${ms.toFixed(3)} ms` : milliseconds(ms));

/** What statements have cost between the first of the samples and the last. */
function costsWithin(samples: readonly Sample[]): Map<string, StatementCost> {
  const [first, last] = [samples[0]?.statements, samples.at(-1)?.statements];
  return new Map(
    [...(last ?? [])].map(([id, { query, calls, ms, pages }]) => {
      const before = first?.get(id) ?? { calls: 0, ms: 0, pages: 0 };
      return [id, { query, calls: calls - before.calls, ms: ms - before.ms, pages: pages - before.pages }];
    }),
  );
}

function totalOf(costs: Iterable<StatementCost>): Omit<StatementCost, 'query'> {
  const total = { calls: 0, ms: 0, pages: 0 };
  for (const { calls, ms, pages } of costs) {
    total.calls += calls;
    total.ms += ms;
    total.pages += pages;
  }
  return total;
}

const mean = (samples: readonly Sample[], value: (sample: Sample) => number): number =>
  samples.reduce((sum, sample) => sum + value(sample), 0) / Math.max(1, samples.length);

/** The line through all of them by least squares: how much it rises in an hour, and how sure that is. */
function slopeOf(samples: readonly Sample[], value: (sample: Sample) => number): { slope: number; error: number } {
  const [atMean, valueMean] = [mean(samples, ({ minute }) => minute), mean(samples, value)];
  const spread = samples.reduce((sum, { minute }) => sum + (minute - atMean) ** 2, 0);
  const together = samples.reduce((sum, one) => sum + (one.minute - atMean) * (value(one) - valueMean), 0);
  const slope = together / spread;
  const residuals = samples.reduce(
    (sum, one) => sum + (value(one) - valueMean - slope * (one.minute - atMean)) ** 2,
    0,
  );
  const error = Math.sqrt(residuals / Math.max(1, samples.length - 2) / spread);
  return { slope: slope * 60, error: error * 60 };
}
