const INTERVAL_MS = 10;

/** The most memory this process has had resident since this was made. */
export class PeakMemory {
  #peak = process.memoryUsage.rss();

  constructor() {
    setInterval(() => this.#sample(), INTERVAL_MS).unref();
  }

  /** Bytes. */
  get peak(): number {
    this.#sample();
    return this.#peak;
  }

  #sample(): void {
    this.#peak = Math.max(this.#peak, process.memoryUsage.rss());
  }
}
