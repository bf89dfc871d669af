/** A monotonic clock that stands still but for what a test has pass; each starts at a moment of its own. */
export class Clock {
  #time = Math.floor(Math.random() * 1e9);

  readonly now = (): number => this.#time;

  pass(ms: number): void {
    this.#time += ms;
  }
}
