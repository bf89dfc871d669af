import type { RecordedMessage } from 'nestjs-whatsapp/testing';

/** When messages were accepted, in epoch milliseconds. */
export interface Arrivals {
  readonly count: number;
  readonly first: number;
  readonly last: number;
}

export function arrivalsOf(messages: readonly RecordedMessage[]): Arrivals {
  const times = messages.map(({ receivedAt }) => receivedAt.getTime());
  return { count: times.length, first: times[0] ?? 0, last: times.at(-1) ?? 0 };
}

/** Messages per second from the first to the last. */
export function rateOf({ count, first, last }: Arrivals): number {
  return ((count - 1) * 1_000) / (last - first);
}
