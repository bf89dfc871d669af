import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process holds. */
export interface Footprint {
  /** Bytes of JavaScript objects, once all garbage is collected. */
  readonly heap: number;
  /** Bytes of memory resident. */
  readonly rss: number;
  /** Sockets and the like, timers apart. */
  readonly handles: number;
}

/** What this process holds now. */
export function footprint(): Footprint {
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  if (typeof collectGarbage === 'function') collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate').length;
  return { heap: heapUsed, rss, handles };
}
