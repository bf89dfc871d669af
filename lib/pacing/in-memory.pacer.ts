import { LedgerPacer, type PaceLedger } from './ledger.pacer.js';
import {
  countInbound,
  type Grant,
  grantSlots,
  isUnused,
  type MessageKind,
  paceAt,
  type PaceState,
  slowDownAt,
  UNUSED,
} from './pace-rules.js';
import type { PacedNumber } from './pacer.js';

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
