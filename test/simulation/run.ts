import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { shrink } from './shrink.js';
import { type RunResult, Simulation } from './simulation.js';

const { values: given } = parseArgs({
  options: {
    /** How many to run, */
    seeds: { type: 'string', default: '500' },
    /** and from which on. */
    from: { type: 'string', default: '1' },
    /** Runs one, with a trace. */
    seed: { type: 'string' },
    /** Ends at the first failure. */
    first: { type: 'boolean', default: false },
    /** Leaves out of a failed run what it fails without. */
    shrink: { type: 'boolean', default: false },
    /** Prints a hash of each run's trace: the same seed has the same. */
    digest: { type: 'boolean', default: false },
  },
});

/** Seeds between two lines about how far it is. */
const REPORT_EVERY = 1_000;

async function main(): Promise<void> {
  const simulation = await Simulation.start();
  if (given.seed !== undefined) return replay(simulation, Number(given.seed));
  const [from, count] = [Number(given.from), Number(given.seeds)];
  const startedAt = process.cpuUsage();
  let [done, failures, time, sent, faults] = [0, 0, 0, 0, 0];
  const report = (): void => {
    const { user, system } = process.cpuUsage(startedAt);
    print(
      `${done} seeds from ${from} on: ${failures} failed. ${sent} messages sent in ${Math.round(time / 3_600_000)} hours of ` +
        `virtual time, ${faults} faults; ${Math.round((user + system) / 1_000 / done)} ms of processor time each.`,
    );
  };
  for (let seed = from; seed < from + count && !(given.first && failures > 0); seed += 1) {
    const result = await simulation.run(seed, { isTraced: given.digest });
    done += 1;
    time += result.time;
    sent += result.sent;
    faults += result.faults.length;
    if (given.digest) print(`seed ${seed} ${digestOf(result)}`);
    if (result.problems.length > 0) {
      failures += 1;
      print(describe(result));
      if (given.shrink) await explain(simulation, result);
    }
    if (done % REPORT_EVERY === 0) report();
  }
  report();
  if (failures > 0) process.exitCode = 1;
}

async function replay(simulation: Simulation, seed: number): Promise<void> {
  const result = await simulation.run(seed, { isTraced: true });
  print(result.lines.join('\n'));
  print(JSON.stringify(result.plan, null, 2));
  print(describe(result));
  if (result.problems.length === 0) return;
  process.exitCode = 1;
  if (given.shrink) await explain(simulation, result);
}

/** The smallest run that fails alike. */
async function explain(simulation: Simulation, failed: RunResult): Promise<void> {
  const { result, plan, only, runs } = await shrink(simulation, failed);
  print(`\nThe same with less, after ${runs} runs:\n`);
  print(result.lines.join('\n'));
  print(JSON.stringify({ ...plan, faults: plan.faults.filter(({ name }) => only.has(name)) }, null, 2));
  print(`Faults: ${[...only].join(', ') || 'none'}`);
  print(describe(result));
}

const describe = ({ seed, problems, faults, time, sent }: RunResult): string => {
  const words = problems.length === 0 ? 'as promised' : problems.slice(0, 3).join('; ');
  return `seed ${seed}: ${words} (${faults.length} faults, ${sent} sent, ${Math.round(time / 1_000)} s)`;
};

const digestOf = ({ lines, events }: RunResult): string =>
  createHash('sha256')
    .update(`${events}\n${lines.join('\n')}`)
    .digest('hex')
    .slice(0, 16);

const print = (text: string): void => void process.stdout.write(`${text}\n`);

main().catch((error: unknown) => {
  // Clocks are virtual here: nothing but this would keep Node from ending as if all were well.
  process.stdout.write(`The simulation itself failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(2);
});
