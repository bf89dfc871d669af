const DAY_MS = 86_400_000;

/** Whom a business portfolio wrote to outside of the service window, each for 24 hours from the last send. */
export class UniqueRecipients {
  /** In the order of the times. */
  readonly #lastSends = new Map<string, number>();

  /** Whether the recipient may be written to when no more than `limit` people may. */
  hasRoom(recipient: string, limit: number, now: number): boolean {
    const last = this.#lastSends.get(recipient);
    if (last !== undefined && last > now - DAY_MS) return true;
    if (this.#lastSends.size >= limit) this.#forgetUntil(now - DAY_MS);
    return this.#lastSends.size < limit;
  }

  count(recipient: string, now: number): void {
    this.#lastSends.delete(recipient); // to be the last again
    this.#lastSends.set(recipient, now);
  }

  #forgetUntil(time: number): void {
    for (const [recipient, last] of this.#lastSends) {
      if (last > time) return;
      this.#lastSends.delete(recipient);
    }
  }
}
