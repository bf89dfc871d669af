import { setTimeout as delay } from 'node:timers/promises';
import type { RunningApp, Scene } from '../scene.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Blow, type FaultKind, over } from './fault.js';

/** Longer than a process may be silent. */
const FROZEN_MS = 13_000;

/** What happens to one process. */
export const processFaults: readonly FaultKind[] = [
  {
    name: 'process: SIGKILL',
    track: 'processes',
    weight: 5,
    async strike(scene, random) {
      const victim = drawn(scene, random);
      if (!victim) return over();
      const isOvercome = await takeover(scene);
      victim.child.signal('SIGKILL');
      const since = performance.now();
      scene.replace(victim);
      return { since, isOvercome };
    },
  },
  {
    name: 'process: SIGSTOP, longer than its lease',
    track: 'processes',
    weight: 2,
    async strike(scene, random) {
      const victim = drawn(scene, random);
      // Who sends when all the others are frozen, dead or starting?
      if (!victim || scene.awake.length < 2) return over();
      const isOvercome = await takeover(scene);
      victim.isFrozen = true;
      victim.child.signal('SIGSTOP');
      const since = performance.now();
      const end = async () => {
        await delay(Math.max(0, since + FROZEN_MS - performance.now()));
        victim.child.signal('SIGCONT');
        victim.isFrozen = false;
      };
      return { since, isOvercome, end };
    },
  },
  {
    name: 'process: SIGTERM',
    track: 'processes',
    weight: 4,
    async strike(scene, random) {
      const victim = drawn(scene, random);
      if (!victim) return over();
      scene.apps.delete(victim);
      victim.child.signal('SIGTERM');
      await victim.child.ended();
      scene.replace(victim);
      return over();
    },
  },
  {
    name: 'process: clock moved by up to a minute, and back',
    track: 'processes',
    weight: 4,
    isFor: ({ canMoveClocks }) => canMoveClocks,
    async strike(scene, random): Promise<Blow> {
      const victim = drawn(scene, random);
      if (!victim) return over();
      const seconds = random.between(5, 60) * (random.next() < 0.5 ? -1 : 1);
      await scene.moveClock(victim, seconds);
      const since = performance.now();
      const end = async () => {
        await delay(random.between(2_000, 5_000));
        await scene.moveClock(victim, 0);
      };
      return { since, end };
    },
  },
];

const drawn = (scene: Scene, random: SeededRandom): RunningApp | undefined => random.some(1, scene.awake)[0];

/** Made before a process goes; then whether it was found dead, and what it held is with others. */
async function takeover(scene: Scene): Promise<() => Promise<boolean>> {
  if (scene.plan.sender !== 'library') return async () => true;
  const known = await scene.processIds().catch((): string[] => []);
  const others = scene.awake.length - 1;
  return async () => {
    const ids = new Set(await scene.processIds());
    return known.filter((id) => ids.has(id)).length <= others;
  };
}
