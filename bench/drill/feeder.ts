import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './scene.js';
import type { SeededRandom } from './seeded-random.js';

/** People for whom a bulk send was asked for. */
export interface Batch {
  readonly first: number;
  readonly count: number;
  /** Whether the caller was answered that it is accepted; otherwise it is, or is not, as a whole. */
  readonly isAccepted: boolean;
}

/** Messages that wait at least. */
const AHEAD = 4_000;

/** Longer than a process is frozen. */
const PATIENCE_MS = 30_000;

/** Asks whatever process is awake for bulk sends until so many people are accepted, never far ahead of what is sent. */
export async function feed(scene: Scene, random: SeededRandom): Promise<Batch[]> {
  const batches: Batch[] = [];
  const { recipients } = scene.plan;
  let [accepted, first] = [0, 0];
  while (accepted < recipients) {
    const sent = await scene.meta.call('accepted');
    const [app] = random.some(1, scene.awake);
    if (!app || accepted - sent >= AHEAD) {
      await delay(100);
      continue;
    }
    const count = Math.min(recipients - accepted, random.between(200, 3_000));
    const phoneNumberId = random.some(1, scene.phoneNumberIds)[0] ?? '';
    const call = app.child.call('create', { phoneNumberId, count, first });
    const isAccepted = await Promise.race([
      call.then(
        () => true,
        () => false,
      ),
      delay(PATIENCE_MS, false),
    ]);
    batches.push({ first, count, isAccepted });
    first += count;
    if (isAccepted) accepted += count;
    else await delay(200);
  }
  return batches;
}
