const INTERVAL_MS = 6_000;
const MAX_BURST = 45;

interface Burst {
  readonly startedAt: number;
  /** How many messages it has; 1 is no burst yet. */
  count: number;
}

/**
 * How often one number may write to one user: every six seconds. Up to 45 messages may come within six seconds, but then
 * none until they would all have been sent at the usual rate: after a burst of 20 the next one waits for two minutes.
 * See Meta's page "Messaging limits", pair rate limits.
 */
export class PairRate {
  readonly #bursts = new Map<string, Burst>();

  /** How long until the user may be written to, in milliseconds; 0 when now. */
  waitFor(recipient: string, now: number): number {
    const burst = this.#bursts.get(recipient);
    if (!burst || (isGoingOn(burst, now) && burst.count < MAX_BURST)) return 0;
    return Math.max(0, paidBackAt(burst) - now);
  }

  count(recipient: string, now: number): void {
    const burst = this.#bursts.get(recipient);
    if (burst && isGoingOn(burst, now)) burst.count += 1;
    else this.#bursts.set(recipient, { startedAt: now, count: 1 });
  }
}

function isGoingOn(burst: Burst, now: number): boolean {
  return now < burst.startedAt + INTERVAL_MS;
}

function paidBackAt(burst: Burst): number {
  return burst.startedAt + burst.count * INTERVAL_MS;
}
