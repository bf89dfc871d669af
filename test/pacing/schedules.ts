import * as fc from 'fast-check';
import {
  countInbound,
  type Grant,
  grantSlots,
  paceAt,
  type PaceState,
  REFILL,
  slowDownAt,
  UNUSED,
} from '../../lib/pacing/pace-rules.js';

/** Something that happens to a phone number, so many ms after what was before it. */
export type Step =
  | { readonly after: number; readonly kind: 'bulk' | 'single' | 'inbound'; readonly messages: number }
  | { readonly after: number; readonly kind: 'refused' | 'pace' };

/** Hardly ever, all at once, and in between: fractions of ms, too. */
const after = fc.oneof(
  { arbitrary: fc.constant(0), weight: 2 },
  { arbitrary: fc.double({ min: 0, max: 4, noNaN: true }), weight: 2 },
  { arbitrary: fc.double({ min: 0, max: 2 * REFILL, noNaN: true }), weight: 4 },
  { arbitrary: fc.integer({ min: 0, max: 500 }), weight: 1 },
);
const demand = (kind: 'bulk' | 'single' | 'inbound', messages: fc.Arbitrary<number>): fc.Arbitrary<Step> =>
  fc.record({ after, kind: fc.constant(kind), messages });

function stepsWith(longAfter: fc.Arbitrary<number>): fc.Arbitrary<Step> {
  const rare = fc.record({
    after: fc.oneof(after, longAfter),
    kind: fc.constantFrom('refused' as const, 'pace' as const),
  });
  return fc.oneof(
    { arbitrary: demand('bulk', fc.oneof(fc.constant(500), fc.integer({ min: 1, max: 60 }))), weight: 4 },
    { arbitrary: demand('single', fc.integer({ min: 1, max: 40 })), weight: 4 },
    { arbitrary: demand('inbound', fc.integer({ min: 1, max: 90 })), weight: 2 },
    { arbitrary: rare, weight: 2 },
  );
}

export const anyForwardStep = stepsWith(fc.double({ min: 0, max: 100_000, noNaN: true }));
/** Also with a clock that is set back. */
export const anyStep = stepsWith(
  fc.oneof(fc.double({ min: -4_000, max: 100_000, noNaN: true }), fc.constant(-3_600_000)),
);

/** What came of a step: slots and when to ask again, or the pace. */
export type Outcome = Grant | { readonly pace: number };

/** A phone number that goes by the rules. */
export class RuledNumber {
  #state: PaceState = UNUSED;

  constructor(readonly throughput: number) {}

  apply(step: Step, now: number): Outcome | undefined {
    const { throughput } = this;
    if (!('messages' in step)) {
      if (step.kind === 'pace') return { pace: paceAt(this.#state, now, throughput) };
      this.#state = slowDownAt(this.#state, now);
      return undefined;
    }
    const { kind, messages: count } = step;
    if (kind === 'inbound') {
      this.#state = countInbound(this.#state, now, throughput, count);
      return undefined;
    }
    return this.grant(kind, count, now);
  }

  grant(kind: 'bulk' | 'single', count: number, now: number): Grant {
    const { state, grant } = grantSlots(this.#state, { now, throughput: this.throughput, kind, count });
    this.#state = state;
    return grant;
  }
}

/** A round of a bulk send that wants all it can get: single messages come in between, and it may ask late. */
export interface Round {
  readonly singles: number;
  readonly late: number;
}

const often = <T>(usual: T, other: fc.Arbitrary<T>) =>
  fc.oneof({ arbitrary: fc.constant(usual), weight: 8 }, { arbitrary: other, weight: 1 });

export const bulkRounds = rounds(fc.constant(0));
export const mixedRounds = rounds(often(0, fc.integer({ min: 1, max: 60 })));

function rounds(singles: fc.Arbitrary<number>): fc.Arbitrary<readonly Round[]> {
  const late = often(0, fc.double({ min: 0, max: 2 * REFILL, noNaN: true }));
  return fc.array(fc.record({ singles, late }), { minLength: 60, maxLength: 200, size: 'max' });
}

/** All slots that such a send and its single messages get. */
export function slotsOfRounds(all: readonly Round[], throughput: number): number[] {
  const number = new RuledNumber(throughput);
  const slots: number[] = [];
  let now = 1_000_000;
  for (const { singles, late } of all) {
    if (singles > 0) slots.push(...number.grant('single', singles, now).slots);
    const bulk = number.grant('bulk', 500, now);
    slots.push(...bulk.slots);
    now += bulk.askAgainIn + late;
  }
  return slots;
}

/** All slots that the steps of a schedule get. */
export function slotsOf(steps: readonly Step[], throughput: number): number[] {
  const number = new RuledNumber(throughput);
  const slots: number[] = [];
  let now = 1_000_000;
  for (const step of steps) {
    now += step.after;
    const outcome = number.apply(step, now);
    if (outcome && 'slots' in outcome) slots.push(...outcome.slots);
  }
  return slots;
}
