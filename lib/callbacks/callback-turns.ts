/** Gives workspaces their turns: so many at a time, and the others in the order in which they came. */
export class CallbackTurns {
  readonly #running = new Map<number, Promise<void>>();
  readonly #waiting = new Set<number>();
  #hasEnded = false;

  /** @param take a workspace's turn, which does not reject; true when it wants another */
  constructor(
    private readonly places: number,
    private readonly take: (workspaceId: number) => Promise<boolean>,
  ) {}

  /** Whether somebody waits because all places are taken. */
  get isCrowded(): boolean {
    if (this.#running.size < this.places) return false;
    return [...this.#waiting].some((workspaceId) => !this.#running.has(workspaceId));
  }

  /** Each of them has a turn; one whose turn it is already has another after it. */
  want(workspaceIds: Iterable<number>): void {
    for (const workspaceId of workspaceIds) this.#waiting.add(workspaceId);
    this.#begin();
  }

  /** None begins any more. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    await Promise.all(this.#running.values());
  }

  #begin(): void {
    for (const workspaceId of this.#waiting) {
      if (this.#hasEnded || this.#running.size >= this.places) return;
      if (this.#running.has(workspaceId)) continue;
      this.#waiting.delete(workspaceId);
      this.#running.set(workspaceId, this.#run(workspaceId));
    }
  }

  async #run(workspaceId: number): Promise<void> {
    const isGoingOn = await this.take(workspaceId);
    this.#running.delete(workspaceId);
    if (isGoingOn) this.#waiting.add(workspaceId);
    this.#begin();
  }
}
