/** Hands on what has gathered, in order and one batch at a time. */
export class BatchQueue<T> {
  readonly #waiting: T[] = [];
  #isBusy = false;

  constructor(
    private readonly size: number,
    /** Must not reject. */
    private readonly handle: (batch: T[]) => Promise<void>,
  ) {}

  add(item: T): void {
    this.#waiting.push(item);
    if (this.#isBusy) return;
    this.#isBusy = true;
    setImmediate(() => void this.#run()); // not before whoever adds is done with its own work
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.handle(this.#waiting.splice(0, this.size));
    this.#isBusy = false;
  }
}
