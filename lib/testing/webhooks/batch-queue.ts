/** Hands on what has gathered, one batch at a time. */
export class BatchQueue<T> {
  readonly #waiting: T[] = [];
  #isBusy = false;

  constructor(
    private readonly size: number,
    /** The place among so many that wait which goes next; 0 for the order in which they came. */
    private readonly next: (waiting: number) => number,
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
    while (this.#waiting.length > 0) await this.handle(this.#take());
    this.#isBusy = false;
  }

  #take(): T[] {
    for (let taken = 0; taken < Math.min(this.size, this.#waiting.length); taken += 1) {
      const place = taken + this.next(this.#waiting.length - taken);
      const [first, chosen] = [this.#waiting[taken], this.#waiting[place]];
      if (place === taken || first === undefined || chosen === undefined) continue;
      [this.#waiting[taken], this.#waiting[place]] = [chosen, first];
    }
    return this.#waiting.splice(0, this.size);
  }
}
