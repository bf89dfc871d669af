import type { PaceLedger } from './pace-ledger.js';
import type { MessageKind } from './pace-rules.js';
import type { PacedNumber, Pacer } from './pacer.js';
import { SlotQueue } from './slot-queue.js';
import { waitUntil } from './wait-until.js';

/** Lets those of this process who want slots of a number wait in one queue, and single messages in one beside it. */
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
  throw new RangeError(`The throughput of ${number.phoneNumberId} is ${number.throughput}; \`throughputOf\` tells it.`);
}
