import { services } from './catalogue.js';
import type { NotRun } from './not-run.js';
import type { ObtainedService } from './obtain-service.js';
import type { ServiceName } from './service.js';

/** The lines that report which tests were not run for want of a service, and how to get it; none when nothing is amiss. */
export function summaryOfNotRun(
  obtained: ReadonlyMap<ServiceName, ObtainedService>,
  notRun: readonly NotRun[],
): readonly string[] {
  const lines: string[] = [];
  const missing = [...obtained].flatMap(([name, { state }]) =>
    state.available ? [] : [{ name, reason: state.reason }],
  );
  for (const { name, reason } of missing) {
    const suites = notRun.filter((suite) => suite.service === name);
    const tests = suites.reduce((sum, suite) => sum + suite.tests, 0);
    const { title, install } = services[name];
    lines.push(`  ${title} (${count(tests, 'test')}; ${reason}): ${install}`);
    lines.push(...suites.map((suite) => `    ${suite.suite} (${count(suite.tests, 'test')})`));
  }
  if (missing.length > 0) lines.unshift(`Not run: ${count(missing.length, 'service')} missing`);
  lines.push(...[...obtained.values()].flatMap(({ warning }) => (warning ? [`Warning: ${warning}`] : [])));
  return lines;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
