/**
 * How a `TestClock` begins.
 *
 * @publicApi
 */
export interface TestClockOptions {
  /** What it shows first, in epoch milliseconds; by default the present. */
  readonly startAt?: number;
  /** By default 1: as fast as any other clock. */
  readonly speed?: number;
}

/**
 * A clock that a test can move and speed up, so that a day's limit needs no day.
 *
 * ```ts
 * const clock = new TestClock({ speed: 60 }); // a minute a second; with 0 it does not move until it is set
 * const meta = await GraphApiServer.start({ sample: true, now: clock.now });
 * clock.advance(24 * 3_600_000);
 * ```
 *
 * @publicApi
 */
export class TestClock {
  #shown: number;
  #shownAt = performance.now();
  #speed: number;

  constructor({ startAt = Date.now(), speed = 1 }: TestClockOptions = {}) {
    this.#shown = startAt;
    this.#speed = speed;
  }

  /** What it shows, in epoch milliseconds and fractions of them. Bound to the clock, so that it can be an option. */
  readonly now = (): number => this.#shown + (performance.now() - this.#shownAt) * this.#speed;

  /** How many seconds pass on it in one second. */
  get speed(): number {
    return this.#speed;
  }

  set speed(speed: number) {
    this.advance(0);
    this.#speed = speed;
  }

  /** Moves it forward at once, by so many milliseconds. */
  advance(ms: number): void {
    const instant = performance.now();
    this.#shown += (instant - this.#shownAt) * this.#speed + ms;
    this.#shownAt = instant;
  }
}
