// How many calls of Meta one phone number may have under way: as in congestion control, the window grows with answers, as
// long as it is what keeps calls waiting, and shrinks without. So a Meta that hangs has few messages, and a fast one as
// many as it takes.

/** Calls that may be under way before any was answered. */
export const FIRST_WINDOW = 32;

/** Milliseconds without an answer after which the window is halved, and again. */
const STALLED_AFTER = 2_000;

/** Milliseconds over which the use of the window is measured: an unused window shrinks. */
const EPOCH = 1_000;

/** Milliseconds to wait for room for several calls, where there is room for one. */
const GATHER_MS = 50;

/** Those who wait: single messages go first. */
export type CallKind = 'single' | 'bulk';

/** How long to wait for room, ms, and what ends the wait before. */
export interface Patience {
  readonly most: number;
  readonly signal?: AbortSignal | undefined;
}

interface Waiter {
  readonly hasRoom: () => boolean;
  readonly wake: () => void;
}

/** The calls under way of one phone number in this process. */
export class CallWindow {
  #limit: number;
  #underWay = 0;
  /** Calls that are about to be made. */
  #planned = 0;
  #peak = 0;
  #epochAt: number;
  #answeredAt: number;
  #generation = 0;
  readonly #waiting = { single: new Set<Waiter>(), bulk: new Set<Waiter>() };

  /** @param most never more than so many, however fast Meta answers */
  constructor(
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#limit = Math.min(FIRST_WINDOW, most);
    this.#epochAt = now();
    this.#answeredAt = now();
  }

  get limit(): number {
    return this.#limit;
  }

  /** Rises whenever the window shrinks; calls made before that say nothing new. */
  get generation(): number {
    return this.#generation;
  }

  get underWay(): number {
    return this.#underWay;
  }

  /** Takes room that there is at this moment. @returns whether there was */
  takeNow(kind: CallKind): boolean {
    const hasRoom = this.#isNext(kind, () => this.#underWay < this.#limit);
    if (hasRoom) this.force();
    return hasRoom;
  }

  /** Waits until there is room, and takes it. @returns whether there was */
  take(kind: CallKind, patience: Patience): Promise<boolean> {
    return this.#whenRoom(kind, patience, () => this.force());
  }

  /**
   * Waits for room and plans calls in it: messages that are claimed and wait for their slots. It waits a moment for room
   * for several, for each claim is a statement.
   * @returns how many were planned, at most `calls`; 0 if the wait timed out
   */
  async plan(calls: number, patience: Patience): Promise<number> {
    const free = () => this.#limit - this.#underWay - this.#planned;
    const several = () => Math.min(calls, Math.ceil(this.#limit / 4));
    let planned = 0;
    const take = () => {
      planned = Math.min(calls, free());
      this.forcePlan(planned);
    };
    const soon = { ...patience, most: Math.min(patience.most, GATHER_MS) };
    const hasSeveral = await this.#whenRoom('bulk', soon, take, () => free() >= several());
    if (!hasSeveral) await this.#whenRoom('bulk', patience, take, () => free() > 0);
    return planned;
  }

  /** Plans calls whether there is room or not. */
  forcePlan(calls: number): void {
    this.#planned += calls;
    this.#peak = Math.max(this.#peak, this.#underWay + this.#planned);
  }

  /** Planned calls are made now, or not at all. */
  unplan(calls: number): void {
    this.#planned -= calls;
    this.#wake();
  }

  /** Takes room whether there is any or not. */
  force(): void {
    if (this.#underWay === 0) this.#answeredAt = this.now();
    this.#underWay += 1;
    this.#peak = Math.max(this.#peak, this.#underWay + this.#planned);
  }

  /** A call was answered, whatever the answer is. */
  answered(): void {
    this.#answeredAt = this.now();
    if (this.#isLimiting()) this.#limit = Math.min(this.most, this.#limit + 1);
    this.giveBack();
  }

  /**
   * A call has ended without an answer that can be read. Those that were under way together are one piece of news.
   * @param generation when it was made
   */
  unanswered(generation: number): void {
    if (generation === this.#generation) {
      this.#limit = Math.max(1, Math.floor(Math.min(this.#limit, this.#underWay) / 2));
      this.#generation += 1;
    }
    this.giveBack();
  }

  /** A call was not made. */
  giveBack(): void {
    this.#underWay -= 1;
    this.#wake();
  }

  #isLimiting(): boolean {
    const { single, bulk } = this.#waiting;
    return single.size + bulk.size > 0 || this.#underWay + this.#planned >= this.#limit;
  }

  #wake(): void {
    let free = this.#limit - this.#underWay;
    for (const { wake } of this.#waiting.single) {
      if (free <= 0) return;
      free -= 1;
      wake();
    }
    for (const { hasRoom, wake } of this.#waiting.bulk) if (hasRoom()) wake();
  }

  /** Waits for room and calls `then` in the same step, so that no other call takes the room in between. */
  async #whenRoom(
    kind: CallKind,
    { most, signal }: Patience,
    then: () => void,
    hasRoom = () => this.#underWay < this.#limit,
  ): Promise<boolean> {
    const end = performance.now() + most;
    while (!this.#isNext(kind, hasRoom)) {
      const left = end - performance.now();
      if (left <= 0 || signal?.aborted) return false;
      await this.#wait(kind, hasRoom, left, signal);
    }
    then();
    return true;
  }

  #isNext(kind: CallKind, hasRoom: () => boolean): boolean {
    this.#adjust();
    const isFirst = kind === 'single' || this.#waiting.single.size === 0;
    return isFirst && hasRoom();
  }

  #adjust(): void {
    const now = this.now();
    if (this.#underWay > 0 && now - this.#answeredAt > STALLED_AFTER) {
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      this.#answeredAt = now;
    }
    if (now - this.#epochAt < EPOCH) return;
    if (this.#limit > FIRST_WINDOW) this.#limit = Math.max(FIRST_WINDOW, Math.min(this.#limit, 2 * this.#peak));
    this.#epochAt = now;
    this.#peak = this.#underWay + this.#planned;
  }

  #wait(kind: CallKind, hasRoom: () => boolean, most: number, signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#waiting[kind];
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        waiting.delete(waiter);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, most);
      const waiter = { hasRoom, wake };
      waiting.add(waiter);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }
}
