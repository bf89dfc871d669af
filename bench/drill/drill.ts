// npm run drill -- --seed 1 [--faults 100] [--recipients 50000] [--database postgres|mariadb] [--usual 0.2] [--keep]
// npm run drill -- --seed 1 --short      a minute, for CI: it fails if anyone got a message twice or none
//
// Real processes on a database and Redis of their own, and everything goes wrong, drawn by the seed.
import { parseArgs } from 'node:util';
import { lineOf } from '../report/report.js';
import { runDrill } from './run-drill.js';
import { clockLibrary, type ScenePlan, type Sender } from './scene.js';
import { addToTotals, figuresOf, writeTotals } from './totals.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    faults: { type: 'string', default: '100' },
    recipients: { type: 'string', default: '50000' },
    database: { type: 'string', default: 'postgres' },
    // Without it, the usual way is not drilled.
    usual: { type: 'string', default: '0' },
    short: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    // Nothing but the table of the runs that are kept.
    table: { type: 'boolean', default: false },
  },
});

const SHORT = { faults: 20, recipients: 4_000, hourMs: 12_000 };

/** Outcomes lapse after 10 minutes, here after 10 seconds. */
const HOUR_MS = 60_000;

function planOf(sender: Sender, recipients: number, faults: number) {
  const { database, seed } = values;
  if (database !== 'postgres' && database !== 'mariadb') throw new Error(`There is no drill on ${database}.`);
  const plan: ScenePlan = {
    sender,
    database,
    recipients,
    processes: 3,
    hourMs: values.short ? SHORT.hourMs : HOUR_MS,
    canMoveClocks: clockLibrary !== undefined,
    // A file system of its own for the data takes a privilege.
    canFillDisks: process.getuid?.() === 0,
  };
  return { ...plan, seed: Number(seed), faults };
}

async function main(): Promise<void> {
  if (values.table) {
    await writeTotals();
    return;
  }
  const recipients = values.short ? SHORT.recipients : Number(values.recipients);
  const faults = values.short ? SHORT.faults : Number(values.faults);
  const share = Number(values.usual);
  const plans = [planOf('library', recipients, faults)];
  if (share > 0) plans.push(planOf('usual', Math.round(recipients * share), Math.round(faults * share)));
  let isRight = true;
  for (const plan of plans) {
    console.log(
      `${plan.sender} on ${plan.database}: ${plan.recipients} recipients, ${plan.faults} faults, seed ${plan.seed}`,
    );
    const result = await runDrill(plan);
    const figures = figuresOf(result);
    for (const figure of figures) console.log(lineOf(figure));
    if (values.keep) await addToTotals(plan, result);
    if (plan.sender === 'library') isRight = figures.every(({ target }) => target?.met ?? true);
  }
  process.exit(isRight ? 0 : 1);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
