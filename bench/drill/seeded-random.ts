/** Random numbers that come again with the same seed: `DRILL_SEED=… npx vitest run …` repeats what a failure's message names. */
export class SeededRandom {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed;
  }

  static fromEnvironment(): SeededRandom {
    return new SeededRandom(Number(process.env.DRILL_SEED ?? Math.floor(Math.random() * 2 ** 31)));
  }

  /** From 0 up to 1. */
  next(): number {
    // mulberry32
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** So many of them, in any order. */
  some<T>(count: number, from: readonly T[]): T[] {
    const rest = [...from];
    return Array.from({ length: Math.min(count, rest.length) }).flatMap(() =>
      rest.splice(this.between(0, rest.length - 1), 1),
    );
  }

  /** Runs what depends on it, and names the seed in the message of whatever fails there. */
  async drill(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`With DRILL_SEED=${this.seed}: ${message}`, { cause: error });
    }
  }
}
