import type { Meters } from '../meters.js';
import type { ItemFailure } from './apply-apart.js';
import type { ReceivedItem } from './webhook-item.js';

/** Counts items of webhooks, with how long after Meta's time of them they were applied. */
export function meterItems(
  meters: Meters,
  items: readonly ReceivedItem[],
  failures: readonly ItemFailure<ReceivedItem>[],
): void {
  const failed = new Set(failures.map(({ item }) => item));
  const now = Date.now();
  for (const item of items) {
    const outcome = failed.has(item) ? 'failed' : 'applied';
    const seconds = outcome === 'applied' ? Number(timeOf(item)) : NaN;
    // Meta's times are whole seconds, and its clock is another one.
    const lag = seconds > 0 ? Math.max(0, now - seconds * 1_000) : undefined;
    meters.received({ kind: item.kind, outcome, lag });
  }
}

function timeOf(item: ReceivedItem): unknown {
  switch (item.kind) {
    case 'status':
      return item.status['timestamp'];
    case 'message':
      return item.message['timestamp'];
    case 'field':
      return item.time;
    default:
      return undefined;
  }
}
