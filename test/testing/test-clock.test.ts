import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TestClock } from 'nestjs-whatsapp/testing';

const NOON = Date.parse('2026-11-16T12:00:00Z');

/** What an ordinary clock shows, once it shows something else. */
async function anInstantLater(): Promise<number> {
  const before = performance.now();
  while (performance.now() - before < 1) await setImmediate();
  return performance.now();
}

describe('TestClock', () => {
  it('begins with the present unless set otherwise', () => {
    const before = Date.now();
    const { now } = new TestClock();
    expect(now()).toBeGreaterThanOrEqual(before);
    expect(now()).toBeLessThanOrEqual(Date.now() + 1);
    expect(new TestClock({ startAt: NOON, speed: 0 }).now()).toBe(NOON);
  });

  it('stands still with a speed of 0, until it is moved', async () => {
    const clock = new TestClock({ startAt: NOON, speed: 0 });
    await anInstantLater();
    expect(clock.now()).toBe(NOON);
    clock.advance(24 * 3_600_000);
    clock.advance(0.25);
    expect(clock.now()).toBe(NOON + 24 * 3_600_000 + 0.25);
  });

  it('runs as many times as fast as its speed, from the moment that is set', async () => {
    const clock = new TestClock({ startAt: NOON, speed: 0 });
    await anInstantLater();
    const startedAfter = performance.now();
    clock.speed = 1_000_000;
    const startedBefore = performance.now();
    const askedAfter = await anInstantLater();
    const shown = clock.now() - NOON;
    const askedBefore = performance.now();
    expect(shown).toBeGreaterThanOrEqual((askedAfter - startedBefore) * 1_000_000);
    expect(shown).toBeLessThanOrEqual((askedBefore - startedAfter) * 1_000_000);
    clock.speed = 0;
    const stoppedAt = clock.now();
    await anInstantLater();
    expect(clock.now()).toBe(stoppedAt);
    expect(clock.speed).toBe(0);
  });
});
