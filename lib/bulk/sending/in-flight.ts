/** How many messages this process has claimed and under way, and who waits for fewer. */
export class InFlight {
  #underWay = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly most: number) {}

  /**
   * Takes places for up to so many messages. When there are but a few it waits for more: each claim is a statement, and
   * one for each place that becomes free would be too many.
   */
  async take(count: number): Promise<number> {
    const fewest = Math.min(count, Math.ceil(this.most / 4));
    while (this.most - this.#underWay < fewest) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const taken = Math.min(count, this.most - this.#underWay);
    this.#underWay += taken;
    return taken;
  }

  giveBack(count: number): void {
    if (count === 0) return;
    this.#underWay -= count;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
