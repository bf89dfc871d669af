import type { Plan } from './plan.js';
import type { RunResult, Simulation } from './simulation.js';

/** Runs that are tried at most. */
const MOST_RUNS = 300;

/** A run that fails alike with less in it. */
export interface Shrunk {
  readonly result: RunResult;
  readonly plan: Plan;
  readonly only: ReadonlySet<string>;
  readonly runs: number;
}

/** Leaves out faults, then actions, then recipients of a run that failed, as long as it still fails in the same way. */
export async function shrink(simulation: Simulation, failed: RunResult): Promise<Shrunk> {
  const { seed } = failed;
  const kind = kindOf(failed);
  let best: Shrunk = { result: failed, plan: failed.plan, only: new Set(failed.faults), runs: 0 };

  const attempt = async (plan: Plan, only: ReadonlySet<string>): Promise<boolean> => {
    if (best.runs >= MOST_RUNS) return false;
    const result = await simulation.run(seed, { plan, only, isTraced: true });
    const runs = best.runs + 1;
    const isAlike = kindOf(result) === kind;
    best = isAlike ? { result, plan, only: new Set(result.faults), runs } : { ...best, runs };
    return isAlike;
  };

  await without([...best.only], (faults) => attempt(best.plan, new Set(faults)));
  await without(best.plan.actions, (actions) => attempt({ ...best.plan, actions }, best.only));
  for (const [index, action] of best.plan.actions.entries()) {
    if (action.kind !== 'bulk') continue;
    await without(action.recipients, (recipients) => {
      if (recipients.length === 0) return Promise.resolve(false);
      return attempt({ ...best.plan, actions: best.plan.actions.with(index, { ...action, recipients }) }, best.only);
    });
  }
  // So that the trace is that of the plan, and not of another try.
  if (!(await attempt(best.plan, best.only))) return { ...best, result: failed };
  return best;
}

/** What went wrong, without the names of who was concerned. */
const kindOf = ({ problems: [first] }: RunResult): string | undefined => first?.split(':')[0];

/** Leaves out half of the items, a quarter, an eighth … as long as what is left will do. */
async function without<T>(items: readonly T[], isEnough: (rest: readonly T[]) => Promise<boolean>): Promise<void> {
  let left = [...items];
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < left.length;) {
      const rest = left.toSpliced(start, size);
      if (await isEnough(rest)) left = rest;
      else start += size;
    }
  }
}
