import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Periodic, type PeriodicOptions } from '../../lib/process/periodic.js';

const EVERY_MS = 1_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A periodic job whose runs end when the test says so. */
function heldJob(options: Partial<PeriodicOptions> = {}) {
  const ends: { resolve(): void; reject(error: Error): void }[] = [];
  const signals: AbortSignal[] = [];
  const run = (signal: AbortSignal): Promise<void> => {
    signals.push(signal);
    return new Promise((resolve, reject) => void ends.push({ resolve, reject }));
  };
  const warn = vi.fn<(line: string) => void>();
  const logger = { log: () => {}, error: () => {}, warn };
  const job = new Periodic({ name: 'Counting', everyMs: EVERY_MS, run, logger, ...options });
  return { job, ends, signals, warn };
}

it('runs at once and then again and again, never twice at the same time', async () => {
  const { job, ends } = heldJob();
  job.start();
  expect(ends).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(3 * EVERY_MS);
  expect(ends).toHaveLength(1);
  ends[0]?.resolve();
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(ends).toHaveLength(2);
});

it('can leave out the run at the start', async () => {
  const { job, ends } = heldJob({ atStart: false });
  job.start();
  expect(ends).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  expect(ends).toHaveLength(1);
});

it('stops after the run under way, whose signal is aborted', async () => {
  const { job, ends, signals } = heldJob();
  job.start();
  let hasStopped = false;
  const stopped = job.stop().then(() => (hasStopped = true));
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect([hasStopped, signals[0]?.aborted]).toEqual([false, true]);
  ends[0]?.resolve();
  await stopped;
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect(ends).toHaveLength(1);
});

it('runs once more when it is woken during a run', async () => {
  const { job, ends } = heldJob();
  job.start();
  job.wake();
  job.wake();
  ends[0]?.resolve();
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toHaveLength(2);
  ends[1]?.resolve();
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toHaveLength(2);
});

it('logs the first of several errors in a row, and none that the outage log covers', async () => {
  const outage = new Error('The database is away.');
  const { job, ends, warn } = heldJob({ outages: { covers: (error) => error === outage } });
  job.start();
  const failWith = async (error: Error) => {
    ends.at(-1)?.reject(error);
    await vi.advanceTimersByTimeAsync(EVERY_MS);
  };
  await failWith(outage);
  expect(warn).not.toHaveBeenCalled();
  await failWith(new Error('one'));
  await failWith(new Error('two'));
  expect(warn.mock.calls).toEqual([['Counting failed; retrying every 1 s: Error: one']]);
  ends.at(-1)?.resolve();
  await vi.advanceTimersByTimeAsync(EVERY_MS);
  await failWith(new Error('three'));
  expect(warn).toHaveBeenCalledTimes(2);
});
