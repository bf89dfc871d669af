import { setTimeout as delay } from 'node:timers/promises';
import type { Child } from '../processes/child.js';
import type { StandIn } from './stand-in.process.js';

const INTERVAL_MS = 50;
const LIMIT_MS = 120_000;

/**
 * Resolves once `count` has reached `wanted`.
 * @throws Error when that takes longer than two minutes, or `limitMs`
 */
export async function untilReached(
  wanted: number,
  what: string,
  count: () => Promise<number>,
  limitMs = LIMIT_MS,
): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    const reached = await count();
    if (reached >= wanted) return;
    if (performance.now() - startedAt > limitMs) {
      throw new Error(`${what} was at ${reached} of ${wanted} after ${limitMs / 1_000} s.`);
    }
    await delay(INTERVAL_MS);
  }
}

/**
 * Resolves once Meta has a message for each of `wanted` people.
 * @throws Error when it has two for one recipient
 */
export async function untilEverybodyHasOne(wanted: number, standIn: Child<StandIn>): Promise<void> {
  await untilReached(wanted, 'Sending', () => standIn.call('recipients'));
  const accepted = await standIn.call('accepted');
  if (accepted !== wanted) throw new Error(`${accepted} messages were accepted for ${wanted} people.`);
}
