import type { Scene, ScenePlan } from '../scene.js';
import type { SeededRandom } from '../seeded-random.js';

/** A fault that has struck. */
export interface Blow {
  /** Since when sending could go on, by `performance.now()`: the servers are back, the process is gone. */
  readonly since: number;
  /** Whatever must have happened too before it counts as gone on. */
  readonly isOvercome?: () => Promise<boolean>;
  /** What is done once it has gone on. */
  readonly end?: () => Promise<void>;
}

/** One kind of fault. Those of a track strike one after the other, those of several at the same time. */
export interface FaultKind {
  readonly name: string;
  readonly track: 'processes' | 'servers' | 'meta' | 'webhooks';
  /** How often it is drawn, next to the others of its track. */
  readonly weight: number;
  /** Where it makes sense; everywhere by default. */
  readonly isFor?: (plan: ScenePlan) => boolean;
  /** Strikes; resolves once it is over, or all that is left is to wait. */
  readonly strike: (scene: Scene, random: SeededRandom) => Promise<Blow>;
}

/** It is over now. */
export const over = (): Blow => ({ since: performance.now() });
