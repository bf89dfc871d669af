import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { count, type Figure, figure, seconds } from '../report/figure.js';
import { describeMachine } from '../report/machine.js';
import type { DrillPlan, DrillResult } from './run-drill.js';

/** One run, as it is kept next to the table. */
interface Run {
  readonly date: string;
  readonly machine: string;
  readonly sender: DrillPlan['sender'];
  readonly database: DrillPlan['database'];
  readonly seed: number;
  readonly minutes: number;
  readonly recipients: number;
  readonly twice: number;
  readonly lost: number;
  readonly inDoubt: Readonly<Record<string, number>>;
  readonly failed: number;
  readonly untrue: number;
  readonly miscounted: number;
  readonly open: number;
  /** For each kind of fault how many milliseconds it took to go on. */
  readonly faults: Readonly<Record<string, readonly number[]>>;
}

const RUNS = join(__dirname, '../../drill.json');
const TABLE = join(__dirname, '../../drill.md');

/** One run for people who watch. */
export function figuresOf({ struck, verdict, open, seconds: time }: DrillResult): Figure[] {
  const times = struck.map(({ ms }) => ms).toSorted((one, other) => one - other);
  const inDoubt = [...verdict.inDoubt].map(([cause, people]) => `${cause} ${people}`).join(', ');
  return [
    figure(`recipients, in ${time} s`, verdict.recipients, count),
    figure('faults', struck.length, count),
    figure('people who got a message twice', verdict.twice, count, { atMost: 0 }),
    figure('people who got none, and no row says so', verdict.lost, count, { atMost: 0 }),
    figure('people who got one, and their row says otherwise', verdict.untrue, count, { atMost: 0 }),
    figure('bulk sends with wrong counters, or accepted in part', verdict.miscounted, count, { atMost: 0 }),
    figure('without an end', open, count, { atMost: 0 }),
    figure('people who got none, and their row says why', verdict.failed, count),
    figure(`in doubt (${inDoubt})`, sum([...verdict.inDoubt.values()]), count),
    figure('time to go on: half within', within(times, 0.5) / 1_000, seconds),
    figure('time to go on: 99 of 100 within', within(times, 0.99) / 1_000, seconds),
  ];
}

/** Adds a run to those before, and writes the table of all. */
export async function addToTotals(
  plan: DrillPlan,
  { struck, verdict, open, seconds: time }: DrillResult,
): Promise<void> {
  const { inDoubt, ...counts } = verdict;
  const faults: Record<string, number[]> = {};
  for (const { name, ms } of struck) (faults[name] ??= []).push(Math.round(ms));
  const run: Run = {
    date: new Date().toISOString().slice(0, 10),
    machine: await describeMachine(),
    sender: plan.sender,
    database: plan.database,
    seed: plan.seed,
    minutes: Math.round(time / 6) / 10,
    ...counts,
    inDoubt: Object.fromEntries(inDoubt),
    open,
    faults,
  };
  await write(RUNS, JSON.stringify([...(await runsBefore()), run]), 'json');
  await writeTotals();
}

/** Writes the table of all runs that are kept. */
export async function writeTotals(): Promise<void> {
  await write(TABLE, tableOf(await runsBefore()), 'markdown');
}

const write = async (file: string, text: string, parser: string): Promise<void> =>
  writeFile(file, await format(text, { ...(await resolveConfig(file)), parser }));

async function runsBefore(): Promise<Run[]> {
  try {
    return JSON.parse(await readFile(RUNS, 'utf8'));
  } catch {
    return []; // the first one
  }
}

function tableOf(runs: readonly Run[]): string {
  const machines = [...new Set(runs.map(({ machine }) => machine))].join('; ');
  const dates = [...new Set(runs.map(({ date }) => date))].join(', ');
  return `# Drills, measured

\`npm run drill -- --seed … --keep\` on ${dates}: ${machines}. Every run adds to these tables; the runs are in \`drill.json\`. Three processes with
the library, each of which takes webhooks and sends, on a database and a Redis of their own; the stand-in for Meta is a process too. Faults of
processes, of servers, of Meta and of webhooks are drawn by the seed, and those of different groups strike at the same time, so that a time to go on
contains whatever else struck meanwhile.

- Twice: people for whom Meta accepted more than one message. Lost: people who got none, and no row says so.
- In doubt: their row says that the outcome is unknown; the caller can see them, and nothing was sent again.
- Time to go on: from the moment at which sending could go on (the server is back, the process is gone) until Meta has accepted 20 messages more, or 20
  statuses more were taken where webhooks were at fault; and where a process was killed or frozen, until the others have taken over what it held.
- An hour is a minute here, as an outcome lapses after 10 seconds in place of 10 minutes. Clocks are moved by libfaketime. The disk that gets full is a file
  system in memory. The database keeps what it committed when its process ends; it does not wait for the disk. The operator who resumes sending after a token expired is the drill itself: the library asks Meta every 5 minutes.
- Redis keeps nothing on disk here. The library loses nothing by that, as its truth is in the database; whoever has jobs in Redis alone loses those that are
  flushed, and would do better with an append-only file, but not after a flush. Storms, expired tokens and unreadable answers strike both; webhooks, which such an app
  has no use for here, and the lock on the table of messages do not.
- The machine had other work at the time: some 25 processes wanted its 2 cores, so that times to go on are longer than they are on a machine of one's own.

## In all

${totalTable(runs)}

## Faults of the runs with the library

${faultTable(runs.filter(({ sender }) => sender === 'library'))}

## Faults of the runs with one job per recipient

${faultTable(runs.filter(({ sender }) => sender === 'usual'))}

## Runs

${runTable(runs)}
`;
}

const GROUPS = [
  ['nestjs-whatsapp on Postgres', 'library', 'postgres'],
  ['nestjs-whatsapp on MariaDB', 'library', 'mariadb'],
  ['one job per recipient on BullMQ with whatsapp-api-js, on Postgres', 'usual', 'postgres'],
  ['one job per recipient on BullMQ with whatsapp-api-js, on MariaDB', 'usual', 'mariadb'],
] as const;

function totalTable(runs: readonly Run[]): string {
  const lines = GROUPS.flatMap(([name, sender, database]) => {
    const own = runs.filter((run) => run.sender === sender && run.database === database);
    if (own.length === 0) return [];
    const times = own.flatMap(timesOf).toSorted((one, other) => one - other);
    const cells = [
      count(times.length),
      ...(['recipients', 'twice', 'lost'] as const).map((field) => count(sum(own.map((run) => run[field])))),
      count(sum(own.map(inDoubtOf))),
      count(sum(own.map(({ failed }) => failed))),
      count(sum(own.map(({ untrue, miscounted, open }) => untrue + miscounted + open))),
      seconds(within(times, 0.5) / 1_000),
      seconds(within(times, 0.99) / 1_000),
    ];
    return [row(name, ...cells)];
  });
  return [
    row(
      '',
      'faults',
      'recipients',
      'twice',
      'lost',
      'in doubt',
      'failed, and the row says why',
      'untrue or unfinished rows',
      'half go on within',
      '99 % within',
    ),
    row('---', ...Array.from({ length: 9 }, () => '--:')),
    ...lines,
  ].join('\n');
}

function faultTable(runs: readonly Run[]): string {
  const names = [...new Set(runs.flatMap(({ faults }) => Object.keys(faults)))].toSorted();
  const doubts = (name: string) =>
    sum(runs.map(({ inDoubt }) => inDoubt[name.replace(/^Meta: |, up to .*$/g, '')] ?? 0));
  const lines = names.map((name) => {
    const times = runs.flatMap(({ faults }) => faults[name] ?? []).toSorted((one, other) => one - other);
    const inDoubt = name.startsWith('Meta') ? count(doubts(name)) : '';
    return row(
      name,
      count(times.length),
      inDoubt,
      ...[0.5, 0.99, 1].map((share) => seconds(within(times, share) / 1_000)),
    );
  });
  const others = sum(runs.map(({ inDoubt }) => inDoubt['processes and servers'] ?? 0));
  return [
    row('', 'faults', 'in doubt', 'half go on within', '99 % within', 'all within'),
    row('---', ...Array.from({ length: 5 }, () => '--:')),
    ...lines,
    row('in doubt by processes and servers together', '', count(others), '', '', ''),
  ].join('\n');
}

function runTable(runs: readonly Run[]): string {
  return [
    row('', 'database', 'seed', 'minutes', 'faults', 'recipients', 'twice', 'lost', 'in doubt'),
    row('---', '---', ...Array.from({ length: 7 }, () => '--:')),
    ...runs.map((run) =>
      row(
        run.sender === 'library' ? 'nestjs-whatsapp' : 'one job per recipient',
        run.database,
        String(run.seed),
        String(run.minutes),
        ...[timesOf(run).length, run.recipients, run.twice, run.lost, inDoubtOf(run)].map(count),
      ),
    ),
  ].join('\n');
}

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const timesOf = ({ faults }: Run): number[] => Object.values(faults).flat();

const inDoubtOf = ({ inDoubt }: Run): number => sum(Object.values(inDoubt));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** What so great a share of them does not exceed. */
const within = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
