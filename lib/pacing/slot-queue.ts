import type { Grant } from './pace-rules.js';
import type { PacedNumber } from './pacer.js';
import { shareSlots } from './share-slots.js';

const FIRST_BACK_OFF = 50;
const LONGEST_BACK_OFF = 1_000;

interface Ticket {
  readonly count: number;
  readonly serve: (slots: readonly number[]) => void;
}

/** Those of this process who wait for slots of one phone number: one of them asks for all, and they share the answer. */
export class SlotQueue {
  readonly #waiting = new Set<Ticket>();
  #number: PacedNumber;
  #isAsking = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  /** `onEmpty` hears when nobody waits any more. */
  constructor(
    number: PacedNumber,
    private readonly ask: (number: PacedNumber, count: number) => Promise<Grant>,
    private readonly onEmpty: () => void,
  ) {
    this.#number = number;
  }

  /** Waits for 1 to `count` slots. @throws the signal's reason */
  take(number: PacedNumber, count: number, signal?: AbortSignal): Promise<readonly number[]> {
    // The limit may have changed since the first of those who wait came.
    this.#number = number;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(ticket);
        signal?.removeEventListener('abort', abort);
      };
      const abort = () => {
        leave();
        if (this.#waiting.size === 0) this.#stop();
        reject(signal?.reason);
      };
      const ticket: Ticket = {
        count,
        serve: (slots) => {
          leave();
          resolve(slots);
        },
      };
      this.#waiting.add(ticket);
      signal?.addEventListener('abort', abort);
      if (!this.#isAsking && !this.#timer) void this.#serve();
    });
  }

  async #serve(): Promise<void> {
    this.#isAsking = true;
    const pause = await this.#askForAll();
    this.#isAsking = false;
    if (this.#waiting.size === 0) this.#stop();
    else this.#timer = setTimeout(() => this.#wake(), Math.ceil(pause));
  }

  #wake(): void {
    this.#timer = undefined;
    void this.#serve();
  }

  /** @returns in how many ms to ask again */
  async #askForAll(): Promise<number> {
    let count = 0;
    for (const ticket of this.#waiting) count += ticket.count;
    try {
      const { slots, askAgainIn } = await this.ask(this.#number, count);
      for (const [ticket, share] of shareSlots(slots, this.#waiting)) ticket.serve(share);
      this.#failures = 0;
      return askAgainIn;
    } catch {
      // Redis is away: those who wait decide how long they do.
      const backOff = FIRST_BACK_OFF * 2 ** this.#failures;
      this.#failures += 1;
      return Math.min(backOff, LONGEST_BACK_OFF);
    }
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isAsking) this.onEmpty();
  }
}
