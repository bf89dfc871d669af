import type { Grant, MessageKind } from './pace-rules.js';
import type { PacedNumber } from './pacer.js';

/** Keeps what `pace-rules.ts` needs to know of each phone number, and applies the rules to it, one step at a time. */
export interface PaceLedger {
  /** Gives slots, as times of `performance.now()`, to up to `count` messages of a kind. */
  grant(number: PacedNumber, kind: MessageKind, count: number): Promise<Grant>;
  count(number: PacedNumber, messages: number): Promise<void>;
  slowDown(number: PacedNumber): Promise<void>;
  paceOf(number: PacedNumber): Promise<number>;
}
