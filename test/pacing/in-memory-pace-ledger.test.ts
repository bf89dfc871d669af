import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { InMemoryPaceLedger } from '../../lib/pacing/ledger.pacer.js';
import { stopTime } from './pretended-time.js';

const numbered = (index: number) => ({ phoneNumberId: String(index), throughput: 80 });

describe('memory', () => {
  beforeEach(() => stopTime());
  afterEach(() => {
    vi.useRealTimers();
  });

  it('forgets phone numbers that have not sent for a while, but not that one was slowed down', async () => {
    const ledger = new InMemoryPaceLedger();
    for (let index = 0; index < 1_000; index += 1) await ledger.grant(numbered(index), 'bulk', 1);
    expect(ledger.size).toBe(1_000);
    await ledger.slowDown(numbered(1));
    vi.advanceTimersByTime(60_000);
    await ledger.count(numbered(0), 1);
    expect(ledger.size).toBe(2);
    expect(await ledger.paceOf(numbered(1))).toBe(57);
    vi.advanceTimersByTime(60_000);
    await ledger.count(numbered(0), 1);
    expect(ledger.size).toBe(1);
  });
});
