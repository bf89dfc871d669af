export interface InboundOptions {
  /** Words by which people say that they want no marketing, such as `STOP`. */
  readonly optOutWords: readonly string[];
  /** Throughput of every phone number in messages per second, instead of what its level at Meta says. */
  readonly messagesPerSecond?: number | undefined;
}

export const INBOUND_OPTIONS = Symbol('INBOUND_OPTIONS');
