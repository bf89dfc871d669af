// npm run bench                 everything, written to bench/results.md
// npm run bench -- pacing       one part alone, printed only
import { join } from 'node:path';
import { accepting } from './accepting/accepting.js';
import { consolePages } from './console/console.js';
import { costs } from './costs/costs.js';
import { pacing } from './pacing/pacing.js';
import type { Figure } from './report/figure.js';
import { describeMachine } from './report/machine.js';
import { lineOf, type Section, writeReport } from './report/report.js';
import { singleSendsOfPeers } from './peers/peers.js';
import { single } from './single/single.js';
import { throughput } from './throughput/throughput.js';
import { unknownOutcomes } from './unknown-outcomes/unknown-outcomes.js';
import { uploads } from './uploads/uploads.js';
import { webhooks } from './webhooks/webhooks.js';

interface Part {
  readonly title: string;
  readonly measure: () => AsyncGenerator<Figure>;
}

const parts = new Map<string, Part>([
  ['throughput', { title: 'Throughput, without a limit', measure: throughput }],
  ['single', { title: 'One send by HTTP, and one webhook', measure: single }],
  ['pacing', { title: "Pacing, below Meta's limits", measure: pacing }],
  ['webhooks', { title: 'Statuses by webhook, while a bulk send runs', measure: webhooks }],
  ['costs', { title: 'What messages cost, against Meta’s invoice', measure: costs }],
  ['console', { title: 'Pages of the console, with 5,000,000 messages', measure: consolePages }],
  ['accepting', { title: 'Accepting and queueing', measure: accepting }],
  ['unknown-outcomes', { title: 'A minute in which Meta’s answers are of no use', measure: unknownOutcomes }],
  ['peers', { title: 'Single sends, by this package and by others', measure: singleSendsOfPeers }],
  ['uploads', { title: 'Files that are handed on to Meta', measure: uploads }],
]);

async function main(): Promise<void> {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !parts.has(name));
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join()}; there are ${[...parts.keys()].join()}.`);

  const startedAt = new Date();
  // Only this part runs without servers.
  const machine = await describeMachine(names.join() !== 'unknown-outcomes');
  console.log(machine);
  const sections: Section[] = [];
  for (const [name, part] of parts) {
    if (names.length === 0 || names.includes(name)) sections.push(await measure(part));
  }
  if (names.length === 0) await write(sections, startedAt, machine);
  // Said outright, for what a failed measurement left open would keep the process alive.
  process.exit(sections.some(({ failure }) => failure !== undefined) ? 1 : 0);
}

async function write(sections: readonly Section[], startedAt: Date, machine: string): Promise<void> {
  const minutes = ((Date.now() - startedAt.getTime()) / 60_000).toFixed(1);
  const date = startedAt.toISOString().slice(0, 10);
  const introduction = `\`npm run bench\` on ${date}, in ${minutes} minutes: ${machine}. The stand-in for Meta, the senders, \
Postgres and Redis are processes of their own on this one machine. Rates are from the first message that Meta accepted.`;
  await writeReport(join(__dirname, '../results.md'), { title: 'Bulk sends, measured', introduction }, sections);
}

async function measure({ title, measure: figures }: Part): Promise<Section> {
  const section: Section = { title, figures: [] };
  console.log(`\n${title}`);
  try {
    for await (const figure of figures()) {
      section.figures.push(figure);
      console.log(lineOf(figure));
    }
  } catch (error) {
    console.error(error);
    section.failure = error instanceof Error ? error.message : String(error);
  }
  return section;
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
