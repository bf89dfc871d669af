import { afterAll, vi } from 'vitest';

// Files share a process: what one of them pretends must not reach the next.
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
