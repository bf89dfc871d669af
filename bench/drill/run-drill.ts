import { setTimeout as delay } from 'node:timers/promises';
import { audit, type Verdict } from './audit.js';
import { type Batch, feed } from './feeder.js';
import { LibraryBooks } from './library-books.js';
import { Scene, type ScenePlan } from './scene.js';
import { SeededRandom } from './seeded-random.js';
import { drawFaults, type Struck, strikeAll } from './tracks.js';
import { UsualBooks } from './usual/usual-books.js';

export interface DrillPlan extends ScenePlan {
  readonly seed: number;
  readonly faults: number;
}

export interface DrillResult {
  readonly struck: readonly Struck[];
  readonly verdict: Verdict;
  /** Messages, bulk sends or jobs that had no end when the drill was given up; 0 where all came to an end. */
  readonly open: number;
  readonly seconds: number;
}

interface Openness {
  /** How many are still to be sent. */
  waiting(): Promise<number>;
  /** How many have no end yet. */
  open(): Promise<number>;
}

/** Until the last outcome has lapsed, the last webhook is delivered, and what waits for another try was tried. */
const END_MS = 240_000;

/** Sends to so many people while faults strike, and counts in the end who got what. */
export async function runDrill(plan: DrillPlan): Promise<DrillResult> {
  await using scene = await Scene.start(plan);
  const startedAt = performance.now();
  const random = new SeededRandom(plan.seed);
  const struck: Struck[] = [];
  const books = plan.sender === 'library' ? new LibraryBooks(scene.database) : new UsualBooks(scene);
  const log = (line: string) => console.log(`${seconds(startedAt)} s: ${line}`);
  const sending = new Sending(scene, books, random);
  const lines = setInterval(() => void report(scene, log), LINE_EVERY_MS);
  await strikeAll(
    scene,
    drawFaults(plan.seed, plan.faults, plan),
    () => sending.isOver,
    (one) => {
      struck.push(one);
      log(`${one.name}: went on after ${(one.ms / 1_000).toFixed(1)} s`);
    },
  );
  const batches = await sending.batches;
  clearInterval(lines);
  const open = await untilOver(scene, books);
  const verdict = await audit(scene, books, batches);
  return { struck, verdict, open, seconds: seconds(startedAt) };
}

const WATCH_MS = 1_000;
const LINE_EVERY_MS = 15_000;

/** For people who watch. */
async function report(scene: Scene, log: (line: string) => void): Promise<void> {
  const accepted = await scene.meta.call('accepted').catch(() => 0);
  log(`${accepted} accepted, ${scene.awake.length} processes`);
}

/** Has everybody accepted; it is over once the last of them has got a message, or never will. */
class Sending {
  readonly batches: Promise<Batch[]>;
  #isOver = false;

  constructor(scene: Scene, books: Openness, random: SeededRandom) {
    this.batches = this.#run(scene, books, random);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  async #run(scene: Scene, books: Openness, random: SeededRandom): Promise<Batch[]> {
    try {
      const batches = await feed(scene, random);
      // A database that is away cannot say.
      while ((await books.waiting().catch(() => Infinity)) > 0) await delay(WATCH_MS);
      return batches;
    } finally {
      this.#isOver = true;
    }
  }
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 1_000);

/** @returns what has no end after all that time */
async function untilOver(scene: Scene, books: Openness): Promise<number> {
  const deadline = performance.now() + END_MS;
  for (;;) {
    const open = await books.open().catch(() => Infinity);
    const { pending } = await scene.meta.call('webhooks');
    const isReported = pending === 0 || scene.plan.sender === 'usual';
    if ((open === 0 && isReported) || performance.now() > deadline) return open;
    await delay(500);
  }
}
