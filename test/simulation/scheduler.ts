/** Something that will happen at a moment of virtual time. */
export interface Event {
  time: number;
  /** To which process it happens; none for what the world outside does. */
  readonly owner: Owner | undefined;
  readonly run: () => void;
  readonly order: number;
  isCancelled: boolean;
}

/** What the scheduler knows of a virtual process. */
export interface Owner {
  readonly name: string;
  /** A process that died: nothing happens to it any more. */
  readonly isDead: boolean;
  /** Nothing happens to it before this time. */
  readonly frozenUntil: number;
  /** Milliseconds by which its time of day is ahead of the world's. */
  readonly clockAhead: number;
}

/** Node's own, whatever the simulation has put in its place. */
const nextTurn = setImmediate;

/**
 * Virtual time. Events happen one after the other, and all that follows from one in promises is done before the next: so
 * what is running belongs to the process of the event, and the order is the same each time.
 */
export class Scheduler {
  readonly #heap: Event[] = [];
  #order = 0;
  #now = 0;
  #owner: Owner | undefined;
  #isEnded = false;
  #events = 0;

  /** Milliseconds since the beginning. */
  get now(): number {
    return this.#now;
  }

  /** The process that is running. */
  get owner(): Owner | undefined {
    return this.#owner;
  }

  /** Events that have happened. */
  get events(): number {
    return this.#events;
  }

  at(time: number, owner: Owner | undefined, run: () => void): Event {
    const event = { time: Math.max(time, this.#now), owner, run, order: this.#order, isCancelled: false };
    this.#order += 1;
    this.#push(event);
    return event;
  }

  after(delay: number, owner: Owner | undefined, run: () => void): Event {
    return this.at(this.#now + delay, owner, run);
  }

  /** Resolves in the running process after a while; in the world's name where no process runs. */
  wait(delay: number): Promise<void> {
    const owner = this.#owner;
    return new Promise((resolve) => this.after(delay, owner, resolve));
  }

  /** No event happens any more. */
  end(): void {
    this.#isEnded = true;
  }

  /** Lets time pass until `end`, or until a time. */
  async run(until: number): Promise<void> {
    for (let event = this.#pop(); event && !this.#isEnded; event = this.#pop()) {
      const { owner } = event;
      if (event.isCancelled || owner?.isDead) continue;
      if (owner && owner.frozenUntil > event.time) {
        event.time = owner.frozenUntil;
        this.#push(event);
        continue;
      }
      if (event.time > until) return;
      this.#now = event.time;
      this.#owner = owner;
      this.#events += 1;
      event.run();
      await new Promise<void>((resolve) => nextTurn(resolve));
      this.#owner = undefined;
    }
  }

  #push(event: Event): void {
    const heap = this.#heap;
    let at = heap.push(event) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (!above || isBefore(above, event)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = event;
  }

  #pop(): Event | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below && right && isBefore(right, below)) {
        child += 1;
        below = right;
      }
      if (!below || isBefore(last, below)) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

const isBefore = (one: Event, other: Event): boolean =>
  one.time < other.time || (one.time === other.time && one.order < other.order);

/** Says how something ended, in the event in which it did. */
export async function settle<T>(
  work: Promise<T>,
  onDone: (result: T) => void,
  onError: (error: unknown) => void,
): Promise<void> {
  let result: T;
  try {
    result = await work;
  } catch (error) {
    onError(error);
    return;
  }
  onDone(result);
}
