import { vi } from 'vitest';

const now = performance.now.bind(performance);

/** Has caches, which go by `performance.now()`, believe that it is so much later, until `vi.restoreAllMocks()`. */
export function pretendLater(ms: number): void {
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ms);
}
