import { afterAll, expect, vi } from 'vitest';

const environment = process.env;

// Files share a process: what one of them pretends must not reach the next.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  // In its place another object would set variables that Node itself does not see, as the time zone.
  expect(process.env, 'process.env is still the object that Node made').toBe(environment);
});
