import {
  type MessageKind,
  type Grant,
  countInbound,
  grantSlots,
  isUnused,
  paceAt,
  type PaceState,
  slowDownAt,
  UNUSED,
} from './pace-rules.js';
import type { PacedNumber, Pacer } from './pacer.js';

/** Lets those of this process who want slots of a number wait in one queue, and single messages in one next to it. */
export class LedgerPacer implements Pacer {
  readonly #queues = { bulk: new Map<string, SlotQueue>(), single: new Map<string, SlotQueue>() };

  constructor(private readonly ledger: PaceLedger) {}

  async slots(number: PacedNumber, count: number, signal?: AbortSignal): Promise<readonly number[]> {
    // With NaN, too, the wait would have no end.
    if (!(count >= 1)) throw new RangeError(`Slots were asked for ${count} messages; the least is 1.`);
    return this.#take('bulk', number, count, signal);
  }

  async single(number: PacedNumber, signal?: AbortSignal): Promise<void> {
    for (const slot of await this.#take('single', number, 1, signal)) await waitUntil(slot, signal);
  }

  async count(number: PacedNumber, messages: number): Promise<void> {
    if (messages > 0) await this.ledger.count(checked(number), messages);
  }

  slowDown(number: PacedNumber): Promise<void> {
    return this.ledger.slowDown(number);
  }

  paceOf(number: PacedNumber): Promise<number> {
    return this.ledger.paceOf(number);
  }

  async #take(kind: MessageKind, number: PacedNumber, count: number, signal?: AbortSignal): Promise<readonly number[]> {
    signal?.throwIfAborted();
    const { phoneNumberId } = checked(number);
    const queues = this.#queues[kind];
    let queue = queues.get(phoneNumberId);
    if (!queue) {
      const ask = (asked: PacedNumber, all: number) => this.ledger.grant(asked, kind, all);
      queue = new SlotQueue(number, ask, () => queues.delete(phoneNumberId));
      queues.set(phoneNumberId, queue);
    }
    return queue.take(number, count, signal);
  }
}

function checked(number: PacedNumber): PacedNumber {
  if (number.throughput > 0) return number;
  throw new RangeError(
    `The throughput of ${number.phoneNumberId} is ${number.throughput}: expected what \`throughputOf\` returns.`,
  );
}

/** Waits for a time of `performance.now()`. @throws the signal's reason */
async function waitUntil(time: number, signal?: AbortSignal): Promise<void> {
  // A timer may fire a little early.
  for (let left = time - performance.now(); left > 0; left = time - performance.now()) {
    signal?.throwIfAborted();
    await sleep(left, signal);
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, Math.ceil(ms));
    signal?.addEventListener('abort', abort, { once: true });
  });
}

const FIRST_BACK_OFF = 50;

const LONGEST_BACK_OFF = 1_000;

interface Ticket {
  readonly count: number;
  readonly serve: (slots: readonly number[]) => void;
}

/** Those of this process who wait for slots of one phone number: one of them asks for all, and they share the answer. */
class SlotQueue {
  readonly #waiting = new Set<Ticket>();
  #number: PacedNumber;
  #isAsking = false;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;

  /** `onEmpty` hears when no one waits any more. */
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

/** Deals slots out in turn: each of those who wait, in order of arrival, gets one until it has its `count`. */
export function shareSlots<T extends { readonly count: number }>(
  slots: readonly number[],
  waiting: Iterable<T>,
): ReadonlyMap<T, readonly number[]> {
  const shares = new Map<T, number[]>();
  let wanting = [...waiting];
  let next = 0;
  while (next < slots.length && wanting.length > 0) {
    const round = slots.slice(next, next + wanting.length);
    next += round.length;
    for (const [index, one] of wanting.entries()) {
      const slot = round[index];
      if (slot === undefined) break;
      const share = shares.get(one);
      if (share) share.push(slot);
      else shares.set(one, [slot]);
    }
    wanting = wanting.filter((one) => (shares.get(one)?.length ?? 0) < one.count);
  }
  return shares;
}

/** Keeps what `pace-rules.ts` needs to know of each phone number, and applies the rules to it, one step at a time. */
export interface PaceLedger {
  /** Gives slots, as times of `performance.now()`, to up to `count` messages of a kind. */
  grant(number: PacedNumber, kind: MessageKind, count: number): Promise<Grant>;
  count(number: PacedNumber, messages: number): Promise<void>;
  slowDown(number: PacedNumber): Promise<void>;
  paceOf(number: PacedNumber): Promise<number>;
}

/** Paces what one process sends; another process on the same number would double the pace. */
export class InMemoryPacer extends LedgerPacer {
  constructor() {
    super(new InMemoryPaceLedger());
  }
}

const TIDY_EVERY = 60_000;

/** For one process alone. */
export class InMemoryPaceLedger implements PaceLedger {
  readonly #states = new Map<string, PaceState>();
  #tidiedAt = performance.now();

  /** How many phone numbers it remembers. */
  get size(): number {
    return this.#states.size;
  }

  async grant(number: PacedNumber, kind: MessageKind, count: number): Promise<Grant> {
    const now = performance.now();
    const { throughput } = number;
    const { state, grant } = grantSlots(this.#stateOf(number), { now, throughput, kind, count });
    this.#keep(number, state, now);
    return grant;
  }

  async count(number: PacedNumber, messages: number): Promise<void> {
    const now = performance.now();
    this.#keep(number, countInbound(this.#stateOf(number), now, number.throughput, messages), now);
  }

  async slowDown(number: PacedNumber): Promise<void> {
    const now = performance.now();
    this.#keep(number, slowDownAt(this.#stateOf(number), now), now);
  }

  async paceOf(number: PacedNumber): Promise<number> {
    return paceAt(this.#stateOf(number), performance.now(), number.throughput);
  }

  #stateOf({ phoneNumberId }: PacedNumber): PaceState {
    return this.#states.get(phoneNumberId) ?? UNUSED;
  }

  #keep({ phoneNumberId }: PacedNumber, state: PaceState, now: number): void {
    this.#states.set(phoneNumberId, state);
    if (now - this.#tidiedAt < TIDY_EVERY) return;
    this.#tidiedAt = now;
    for (const [id, kept] of this.#states) if (isUnused(kept, now)) this.#states.delete(id);
  }
}
