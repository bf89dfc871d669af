import { describe, expect, it } from 'vitest';
import { CallWindow, FIRST_WINDOW } from '../../../lib/messages/call-window.js';

const NOW = { most: 0 };

/** A window on a clock of its own, with so many calls under way. */
async function windowWith(calls: number, most = 512) {
  const clock = { now: 0 };
  const window = new CallWindow(most, () => clock.now);
  for (let call = 0; call < calls; call += 1) await window.take('bulk', NOW);
  return { window, clock };
}

/** As many calls as there is room for. */
async function fill(window: CallWindow): Promise<void> {
  while (await window.take('bulk', NOW));
}

describe('the window of calls under way', () => {
  it('lets a few through before any was answered', async () => {
    const { window } = await windowWith(0);
    await fill(window);
    expect(window.underWay).toBe(FIRST_WINDOW);
    expect(await window.plan(1, NOW)).toBe(0);
  });

  it('doubles with the answers to all that are under way, while it is what keeps calls back, up to the most', async () => {
    const { window } = await windowWith(0, 100);
    for (const limit of [64, 100]) {
      await fill(window);
      for (let calls = window.underWay; calls > 0; calls -= 1) {
        window.answered();
        await fill(window);
      }
      expect(window.limit).toBeGreaterThanOrEqual(limit);
    }
    expect(window.limit).toBe(100);
  });

  it('does not grow when nothing waits for it', async () => {
    const { window } = await windowWith(0);
    for (let call = 0; call < 200; call += 1) {
      await window.take('bulk', NOW);
      window.answered();
    }
    expect(window.limit).toBe(FIRST_WINDOW);
  });

  it('counts what is claimed as wanted: so a number that is paced gets the window that it needs', async () => {
    const { window } = await windowWith(0);
    expect(await window.plan(FIRST_WINDOW - 1, NOW)).toBe(FIRST_WINDOW - 1);
    window.force();
    expect(await window.plan(1, NOW)).toBe(0);
    window.answered();
    expect(window.limit).toBe(FIRST_WINDOW + 1);
  });

  it('gives those who plan at once no more than there is', async () => {
    const { window } = await windowWith(0);
    const plans = await Promise.all([20, 20, 20].map((calls) => window.plan(calls, NOW)));
    expect(plans).toEqual([20, FIRST_WINDOW - 20, 0]);
  });

  it('is planned for several at once where they come soon, and grows while someone waits for that', async () => {
    const { window } = await windowWith(FIRST_WINDOW);
    const plan = window.plan(20, { most: 60_000 });
    for (let call = 0; call < 5; call += 1) window.answered();
    // A quarter of the window is free: five that were answered, and the five by which it grew.
    expect(window.limit).toBe(FIRST_WINDOW + 5);
    expect(await plan).toBe(10);
  });

  it('is planned for one where the others are not answered', async () => {
    const { window } = await windowWith(FIRST_WINDOW - 1);
    expect(await window.plan(20, { most: 60_000 })).toBe(1);
  });

  it('shrinks with calls that are not answered, those under way together counting once, and grows with answers', async () => {
    const { window } = await windowWith(10);
    const together = window.generation;
    for (let call = 0; call < 10; call += 1) window.unanswered(together);
    expect(window.limit).toBe(5);
    for (let call = 0; call < 3; call += 1) {
      await fill(window);
      const { generation } = window;
      for (let calls = window.underWay; calls > 0; calls -= 1) window.unanswered(generation);
    }
    expect(window.limit).toBe(1);
    await fill(window);
    expect(window.underWay).toBe(1);
    window.answered();
    expect(window.limit).toBe(2);
  });

  it('shrinks while nothing is heard of what is under way, without an end to any call', async () => {
    const { window, clock } = await windowWith(1);
    clock.now = 10_000;
    expect(await window.plan(FIRST_WINDOW, NOW)).toBeLessThan(FIRST_WINDOW);
  });

  it('does not keep what is not needed any more', async () => {
    const { window, clock } = await windowWith(0);
    await fill(window);
    for (let call = 0; call < 100; call += 1) {
      window.answered();
      await fill(window);
    }
    expect(window.limit).toBe(FIRST_WINDOW + 100);
    for (let call = window.underWay; call > 0; call -= 1) window.answered();
    for (const now of [1_000, 2_000, 3_000]) {
      clock.now = now;
      await window.take('bulk', NOW);
      window.giveBack();
    }
    expect(window.limit).toBe(FIRST_WINDOW);
  });

  it('gives room to single messages first', async () => {
    const { window } = await windowWith(FIRST_WINDOW);
    const order: string[] = [];
    const wait = (kind: 'bulk' | 'single') => window.take(kind, { most: 5_000 }).then(() => order.push(kind));
    const waiting = [wait('bulk'), wait('single')];
    window.giveBack();
    await waiting[1];
    window.giveBack();
    await waiting[0];
    expect(order).toEqual(['single', 'bulk']);
  });

  it('is waited for no longer than requested, nor after it was given up', async () => {
    const { window } = await windowWith(FIRST_WINDOW);
    expect(await window.take('single', { most: 20 })).toBe(false);
    const ending = new AbortController();
    const taken = window.take('bulk', { most: 60_000, signal: ending.signal });
    ending.abort();
    expect(await taken).toBe(false);
    expect(window.underWay).toBe(FIRST_WINDOW);
  });
});
