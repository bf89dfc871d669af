import { EventEmitter, once } from 'node:events';
import { describe, expect, it, vi } from 'vitest';
import { Probe } from '../../lib/observability/probe.js';

const options = { freshFor: 60_000, patience: 60_000, otherwise: 'otherwise' };

describe('A probe', () => {
  it('looks once for all who ask at once, and for those who ask while that is fresh', async () => {
    const look = vi.fn<() => Promise<string>>(async () => 'seen');
    const probe = new Probe(look, options);
    expect(await Promise.all([probe.result(), probe.result()])).toEqual(['seen', 'seen']);
    expect(await probe.result()).toBe('seen');
    expect(look).toHaveBeenCalledTimes(1);
  });

  it('looks again once that is fresh no more', async () => {
    let looks = 0;
    const probe = new Probe(async () => String((looks += 1)), { ...options, freshFor: 0 });
    expect(await probe.result()).toBe('1');
    expect(await probe.result()).toBe('2');
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no');
      },
    ],
  ])('gives the fallback when the look %s, and looks again', async (_, fail) => {
    let look: () => Promise<string> = fail;
    const probe = new Probe(() => look(), { ...options, freshFor: 0 });
    expect(await probe.result()).toBe('otherwise');
    look = async () => 'seen';
    expect(await probe.result()).toBe('seen');
  });

  it('keeps no one waiting for a look that takes long, begins no other meanwhile, and reports what it saw after all', async () => {
    const seeing = new EventEmitter();
    const look = vi.fn<() => Promise<string>>(async () => String(await once(seeing, 'seen')));
    const probe = new Probe(look, { ...options, patience: 20 });
    expect(await probe.result()).toBe('otherwise');
    expect(await probe.result()).toBe('otherwise');
    seeing.emit('seen', 'seen');
    await vi.waitFor(async () => expect(await probe.result()).toBe('seen'));
    expect(look).toHaveBeenCalledTimes(1);
  });

  it('gives a look up that never comes back', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const look = vi.fn<() => Promise<string>>(() => new Promise(() => {}));
      const probe = new Probe(look, { ...options, patience: 1 });
      await probe.result();
      vi.advanceTimersByTime(31_000);
      look.mockResolvedValue('seen');
      expect(await probe.result()).toBe('seen');
    } finally {
      vi.useRealTimers();
    }
  });
});
