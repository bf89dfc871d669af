import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countInbound,
  grantSlots,
  isUnused,
  LOOKAHEAD,
  paceAt,
  type PaceState,
  PRIORITY,
  REFILL,
  slowDownAt,
  UNUSED,
} from '../../lib/pacing/pace-rules.js';
import { anyForwardStep, anyStep, bulkRounds, mixedRounds, RuledNumber, slotsOf, slotsOfRounds } from './schedules.js';
import { mostInOneSecond } from './sliding-second.js';

const throughputs = [20, 80, 1_000];
const NOW = 1_000_000;
const ms = (times: readonly number[]) => times.map((time) => Math.round((time - NOW) * 10) / 10);
const ask = (count: number, { state = UNUSED, now = NOW, throughput = 80 } = {}) =>
  grantSlots(state, { now, throughput, kind: 'bulk', count });
const askSingle = (count: number, { state = UNUSED, now = NOW, throughput = 80 } = {}) =>
  grantSlots(state, { now, throughput, kind: 'single', count });
const slowed = (throughput: number, ...at: readonly number[]) => {
  let state = UNUSED;
  for (const time of at) state = slowDownAt(state, NOW + time);
  return (time: number) => paceAt(state, NOW + time, throughput);
};
const late = (slots: readonly number[], delays: Iterator<number>) =>
  slots.map((slot) => slot + Number(delays.next().value));
const jitter = (most: number) => fc.infiniteStream(fc.double({ min: 0, max: most, noNaN: true }));

describe.each(throughputs)('slots of a number with %i messages per second', (throughput) => {
  it('never number more than the throughput in a sliding second, whoever asks when for what', () => {
    fc.assert(
      fc.property(mixedRounds, fc.array(anyForwardStep, { maxLength: 300, size: 'max' }), (rounds, steps) => {
        expect(mostInOneSecond(slotsOfRounds(rounds, throughput))).toBeLessThanOrEqual(throughput);
        expect(mostInOneSecond(slotsOf(steps, throughput))).toBeLessThanOrEqual(throughput);
      }),
    );
  });

  it('never number more when each arrives up to 27 ms late, or 52 ms where all are bulk', () => {
    fc.assert(
      fc.property(mixedRounds, bulkRounds, jitter(27), jitter(52), (mixed, bulk, short, long) => {
        expect(mostInOneSecond(late(slotsOfRounds(mixed, throughput), short))).toBeLessThanOrEqual(throughput);
        expect(mostInOneSecond(late(slotsOfRounds(bulk, throughput), long))).toBeLessThanOrEqual(throughput);
      }),
    );
  });

  it('use the whole pace when bulk alone asks, even if it always asks late', () => {
    fc.assert(
      fc.property(jitter(REFILL), fc.integer({ min: 1, max: 100 }), (delays, count) => {
        const number = new RuledNumber(throughput);
        const slots: number[] = [];
        let now = NOW;
        while (now < NOW + 60_000) {
          const grant = number.grant('bulk', count, now);
          slots.push(...grant.slots);
          // With few slots a question, only who asks at once gets them all.
          now += grant.askAgainIn + (grant.askAgainIn > 0 ? Number(delays.next().value) : 0);
        }
        const seconds = (Math.max(...slots) - Math.min(...slots)) / 1_000;
        expect((slots.length - 1) / seconds / (throughput * 0.95)).toBeCloseTo(1, 3);
      }),
      { numRuns: 10 },
    );
  });

  it('are no more than asked for, near, and in order', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 300, size: 'max' }), (steps) => {
        const number = new RuledNumber(throughput);
        let now = NOW;
        for (const step of steps) {
          now += step.after;
          const grant = number.apply(step, now);
          if (!grant || !('slots' in grant) || !('messages' in step)) continue;
          expect(grant.slots.length).toBeLessThanOrEqual(step.messages);
          expect(grant.slots).toEqual(grant.slots.toSorted((one, other) => one - other));
          for (const slot of grant.slots) expect(slot).toBeGreaterThanOrEqual(now);
          for (const slot of grant.slots) expect(slot).toBeLessThanOrEqual(now + LOOKAHEAD);
          expect(grant.slots.length > 0 || grant.askAgainIn > 0).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('are given to who comes back when asked, however low the pace is and wherever the clock went', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { maxLength: 40 }),
        fc.constantFrom('bulk' as const, 'single' as const),
        (steps, kind) => {
          const number = new RuledNumber(throughput);
          let now = NOW;
          for (const step of steps) number.apply(step, (now += step.after));
          const { askAgainIn } = number.grant(kind, 1, now);
          expect(askAgainIn).toBeLessThan(4_000);
          // Timers know whole milliseconds.
          expect(number.grant(kind, 1, now + Math.ceil(askAgainIn) + 1).slots).toHaveLength(1);
        },
      ),
    );
  });
});

describe('a grant', () => {
  it.each([
    { throughput: 80, count: 100, slots: [0, 13.2, 26.3, 39.5] },
    { throughput: 80, count: 2, slots: [0, 13.2] },
    { throughput: 20, count: 100, slots: [0] },
    { throughput: 4, count: 100, slots: [0] },
    { throughput: 1_000, count: 4, slots: [0, 1.1, 2.1, 3.2] },
    { throughput: 0.1, count: 4, slots: [0] },
  ])('of $count for $throughput a second has the slots $slots', ({ throughput, count, slots }) => {
    expect(ms(ask(count, { throughput }).grant.slots)).toEqual(slots);
  });

  it('after one another goes on where the last one ended, once that is near', () => {
    const first = ask(100);
    const soon = ask(100, { state: first.state, now: NOW + 20 });
    expect(soon.grant.slots).toEqual([]);
    const next = ask(100, { state: soon.state, now: NOW + first.grant.askAgainIn });
    expect(ms(next.grant.slots)).toEqual([52.6, 65.8]);
  });

  it('does not catch up what was not used', () => {
    const first = ask(100);
    expect(ms(ask(100, { state: first.state, now: NOW + 5_000 }).grant.slots)).toEqual([
      5_000, 5_013.2, 5_026.3, 5_039.5,
    ]);
  });

  it('for a single message overtakes bulk ones that have theirs, and bulk pays for it', () => {
    const bulk = ask(100);
    const single = askSingle(1, { state: bulk.state });
    expect(ms(bulk.grant.slots)).toEqual([0, 13.2, 26.3, 39.5]);
    expect(ms(single.grant.slots)).toEqual([27.6]);
    expect(ms(ask(1, { state: single.state, now: NOW + 50 }).grant.slots)).toEqual([65.8]);
  });

  it('says when it is worth asking again: once the next slot is near, which for a single message is earlier', () => {
    expect(ask(100).grant.askAgainIn).toBeCloseTo(4 * (1_000 / 76) - REFILL, 6);
    const single = askSingle(100).grant;
    expect(single.askAgainIn).toBeCloseTo(single.slots.length * (1_000 / 76) - PRIORITY - REFILL, 6);
  });

  it('goes to single messages as long as there are any', () => {
    let { state } = ask(100);
    for (let now = NOW; now < NOW + 1_000; now += 5) {
      ({ state } = askSingle(3, { state, now }));
      expect(ask(100, { state, now }).grant.slots).toEqual([]);
    }
  });

  it('is there at once after the clock was set back', () => {
    const { state } = ask(100);
    expect(ask(1, { state, now: NOW - 3_600_000 }).grant.slots).toEqual([NOW - 3_600_000]);
  });

  it('does not take the long gaps of a slow number for a clock that was set back', () => {
    const { state } = ask(1, { throughput: 1 });
    const waiting = countInbound(state, NOW, 1, 1);
    expect(waiting.tat).toBeGreaterThan(state.tat);
    expect(ask(1, { state: waiting, throughput: 1 }).grant.slots).toEqual([]);
  });
});

describe('inbound messages', () => {
  it('take their time from what is sent', () => {
    const state = countInbound(UNUSED, NOW, 80, 19);
    expect(ask(1, { state }).grant).toEqual({ slots: [], askAgainIn: 250 - REFILL });
    expect(ms(ask(1, { state, now: NOW + 225 }).grant.slots)).toEqual([250]);
  });

  it('take no more than half the pace, for as long as a flood of them lasts', () => {
    let state = UNUSED;
    let sent = 0;
    let now = NOW;
    for (; now < NOW + 60_000; now += 5) {
      state = countInbound(state, now, 80, 50);
      const bulk = ask(100, { state, now });
      state = bulk.state;
      sent += bulk.grant.slots.length;
    }
    expect(sent / 60).toBeGreaterThan(76 * 0.49);
    expect(sent / 60).toBeLessThan(76 * 0.51);
  });
});

describe('the pace', () => {
  it.each([
    { throughput: 20, pace: 19 },
    { throughput: 80, pace: 76 },
    { throughput: 1_000, pace: 950 },
    { throughput: 0.5, pace: 0.475 },
  ])('of a number with $throughput is $pace', ({ throughput, pace }) => {
    expect(paceAt(UNUSED, NOW, throughput)).toBe(pace);
  });

  it.each([
    { after: 0, pace: 38 },
    { after: 30_000, pace: 38 },
    { after: 45_000, pace: 47.5 },
    { after: 60_000, pace: 57 },
    { after: 89_999, pace: 75.999 },
    { after: 90_000, pace: 76 },
    { after: 3_600_000, pace: 76 },
    { after: -1, pace: 76 }, // The clock was set back.
  ])('$after ms after a refusal is $pace instead of 76', ({ after, pace }) => {
    expect(slowed(80, 0)(after)).toBeCloseTo(pace, 3);
  });

  it.each([
    { refusals: [0, 0], pace: 38 },
    { refusals: [0, 500, 1_999], pace: 38 },
    { refusals: [0, 2_000], pace: 19 },
    { refusals: [0, 1_999, 2_000, 3_999], pace: 19 },
    { refusals: [0, 2_000, 4_000, 6_000], pace: 4.75 },
    { refusals: [0, 2_000, 4_000, 6_000, 8_000, 10_000], pace: 4.75 },
    { refusals: [0, 60_000], pace: 28.5 },
    { refusals: [0, 90_000], pace: 38 },
    { refusals: [0, -3_600_000], pace: 38 }, // The clock was set back.
  ])('after refusals at $refusals is $pace instead of 76', ({ refusals, pace }) => {
    expect(slowed(80, ...refusals)(refusals.at(-1) ?? 0)).toBe(pace);
  });

  it('is never below one a second, nor above its own top', () => {
    const refusals = [0, 2_000, 4_000, 6_000, 8_000];
    expect(slowed(10, ...refusals)(8_000)).toBe(1);
    expect(slowed(0.5, ...refusals)(8_000)).toBe(0.475);
  });

  it('decides how far apart slots are', () => {
    const state = slowDownAt(UNUSED, NOW);
    expect(ms(ask(100, { state }).grant.slots)).toEqual([0, 26.3]);
  });
});

describe('a number', () => {
  it.each<readonly [string, Partial<PaceState>, boolean]>([
    ['was never used', {}, true],
    ['may send again just now', { tat: NOW }, true],
    ['has given slots ahead', { tat: NOW + 1 }, false],
    ['has received messages until just now', { inboundTat: NOW }, true],
    ['has received messages that still count', { inboundTat: NOW + 1 }, false],
    ['is back at its full pace', { slowedAt: NOW - 90_000, factor: 0.5 }, true],
    ['still climbs back', { slowedAt: NOW - 89_999, factor: 0.5 }, false],
  ])('that %s: whether it can be forgotten', (_, state, expected) => {
    expect(isUnused({ ...UNUSED, ...state }, NOW)).toBe(expected);
  });

  it('is forgotten only when that changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), fc.nat(120_000), (steps, later) => {
        let state = UNUSED;
        let now = NOW;
        for (const step of steps) {
          now += Math.abs(step.after);
          if (!('messages' in step)) state = slowDownAt(state, now);
          else if (step.kind === 'inbound') state = countInbound(state, now, 80, step.messages);
          else ({ state } = ask(step.messages, { state, now }));
        }
        now += later;
        fc.pre(isUnused(state, now));
        expect(ask(100, { state, now }).grant).toEqual(ask(100, { now }).grant);
        expect(countInbound(state, now, 80, 9)).toMatchObject({ tat: countInbound(UNUSED, now, 80, 9).tat });
        expect(paceAt(slowDownAt(state, now), now, 80)).toBe(38);
      }),
    );
  });
});
