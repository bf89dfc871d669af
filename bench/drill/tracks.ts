import { setTimeout as delay } from 'node:timers/promises';
import type { FaultKind } from './faults/fault.js';
import { databaseFaults } from './faults/database-faults.js';
import { metaFaults } from './faults/meta-faults.js';
import { processFaults } from './faults/process-faults.js';
import { redisFaults } from './faults/redis-faults.js';
import { webhookFaults } from './faults/webhook-faults.js';
import type { Scene, ScenePlan } from './scene.js';
import { SeededRandom } from './seeded-random.js';

/** A fault that struck, and how many milliseconds it took to go on. */
export interface Struck {
  readonly name: string;
  readonly ms: number;
}

const KINDS = [...processFaults, ...redisFaults, ...databaseFaults, ...metaFaults, ...webhookFaults];

/** How many of a hundred faults each track has. */
const SHARES = { processes: 10, servers: 25, meta: 40, webhooks: 25 };

type Track = keyof typeof SHARES;
const TRACKS: readonly Track[] = ['processes', 'servers', 'meta', 'webhooks'];

/** Sending goes on once so many more messages are accepted, or statuses taken. */
const ENOUGH = 20;

const LIMIT_MS = 120_000;
const POLL_MS = 50;

interface PlannedFault {
  readonly kind: FaultKind;
  /** After so many messages. */
  readonly at: number;
  /** For what is drawn while it strikes. */
  readonly seed: number;
}

/** Which faults strike, and when: the same for the same seed. */
export function drawFaults(seed: number, count: number, plan: ScenePlan): Map<Track, PlannedFault[]> {
  const random = new SeededRandom(seed);
  const drawn = new Map<Track, PlannedFault[]>();
  const possible = new Map(
    TRACKS.map((track) => [track, KINDS.filter((kind) => kind.track === track && (kind.isFor?.(plan) ?? true))]),
  );
  const shares = TRACKS.filter((track) => (possible.get(track) ?? []).length > 0);
  for (let index = 0; index < count; index += 1) {
    const track = weighted(random, shares, (one) => SHARES[one]);
    const kind = weighted(random, possible.get(track) ?? [], ({ weight }) => weight);
    const fault = { kind, at: random.between(0, plan.recipients), seed: random.between(0, 2 ** 31) };
    drawn.set(track, [...(drawn.get(track) ?? []), fault]);
  }
  for (const [track, faults] of drawn) {
    drawn.set(
      track,
      faults.toSorted((one, other) => one.at - other.at),
    );
  }
  return drawn;
}

/** Has the faults strike until it `isOver`; those of one track one after the other. */
export async function strikeAll(
  scene: Scene,
  faults: Map<Track, PlannedFault[]>,
  isOver: () => boolean,
  report: (struck: Struck) => void,
): Promise<void> {
  await Promise.all(
    [...faults.values()].map(async (track) => {
      for (const fault of track) {
        while (!isOver() && (await scene.meta.call('accepted')) < fault.at) await delay(POLL_MS);
        if (isOver()) return;
        report(await strike(scene, fault, isOver));
      }
    }),
  );
}

async function strike(scene: Scene, { kind, seed }: PlannedFault, isOver: () => boolean): Promise<Struck> {
  const blow = await kind.strike(scene, new SeededRandom(seed));
  const progress = async (): Promise<number> =>
    kind.track === 'webhooks' ? (await scene.meta.call('webhooks')).delivered : scene.meta.call('accepted');
  const before = await progress();
  let hasGoneOn = false;
  let isOvercome = blow.isOvercome === undefined;
  // Until the last message is sent: from then on nothing could go on.
  while (!isOver() && !(hasGoneOn && isOvercome)) {
    hasGoneOn ||= (await progress()) >= before + ENOUGH;
    // A database that is away cannot say.
    isOvercome ||= (await blow.isOvercome?.().catch(() => false)) ?? true;
    if (performance.now() - blow.since > LIMIT_MS) break;
    if (!(hasGoneOn && isOvercome)) await delay(POLL_MS);
  }
  const ms = performance.now() - blow.since;
  await blow.end?.();
  return { name: kind.name, ms };
}

function weighted<T>(random: SeededRandom, among: readonly T[], weightOf: (one: T) => number): T {
  let place = random.next() * among.reduce((sum, one) => sum + weightOf(one), 0);
  const found = among.find((one) => (place -= weightOf(one)) < 0) ?? among.at(-1);
  if (found === undefined) throw new Error('There is nothing to draw from.');
  return found;
}
