/** Holds whoever passes through, until it is opened. */
export class Gate {
  #reached: () => void = () => {};
  #open: () => void = () => {};
  /** Resolves when a caller waits at it. */
  readonly reached = new Promise<void>((resolve) => (this.#reached = resolve));
  readonly #opened = new Promise<void>((resolve) => (this.#open = resolve));

  open(): void {
    this.#open();
  }

  async pass(): Promise<void> {
    this.#reached();
    await this.#opened;
  }
}

/** The items one by one, with a wait at the gate before those from a place on. */
export async function* gated<T>(items: Iterable<T>, place: number, gate: Gate): AsyncGenerator<T> {
  let index = 0;
  for (const item of items) {
    if (index === place) await gate.pass();
    yield item;
    index += 1;
  }
}
