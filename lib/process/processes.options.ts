/** Token of the {@link ProcessOptions}. */
export const PROCESS_OPTIONS = Symbol('PROCESS_OPTIONS');

export interface ProcessOptions {
  /** Whether this process sends bulk messages, or only serves requests. */
  readonly isWorker: boolean;
}

/** Token of the {@link MonotonicClock}. */
export const MONOTONIC_CLOCK = Symbol('MONOTONIC_CLOCK');

/** Milliseconds since some moment of its own: no one who corrects the time of day moves it. */
export type MonotonicClock = () => number;
