// Four spans that only work together. Each is measured by one process on its own clock; none is compared with another's.

/** Milliseconds between two beats: three of them may fail in a row before the lease ends. */
export const BEAT_INTERVAL_MS = 2_000;

/** Milliseconds from the start of its last successful beat for which a process may send. */
export const LEASE_MS = 8_000;

/**
 * Milliseconds without a beat after which others take a process for dead. Two seconds more than its lease: time for what
 * was started in the lease's last moment to be on the wire, and for clocks that do not run equally fast.
 */
export const SILENCE_OF_THE_DEAD_MS = 10_000;

/**
 * Milliseconds without a look after which an observer knows nothing any more. Whoever looks as seldom as that still saw
 * the database answer several times during a silence, so that the silence is the other process's own.
 */
export const LONGEST_LOOK_AWAY_MS = 4_000;

/** For how long a process may send, by both of its clocks. */
export interface ProcessLease {
  /** By the monotonic clock, which no correction of the time of day moves. */
  readonly end: number;
  /** By the time of day, which goes on while a machine is suspended. */
  readonly endDate: number;
}

export const NO_LEASE: ProcessLease = { end: 0, endDate: 0 };

export const leaseFrom = (now: number): ProcessLease => ({ end: now + LEASE_MS, endDate: Date.now() + LEASE_MS });
