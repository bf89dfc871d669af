/** Injects the `Pacer` of this deployment. */
export const PACER = Symbol('PACER');

/** A business phone number and its limit. */
export interface PacedNumber {
  /** Meta's id of the phone number. */
  readonly phoneNumberId: string;
  /** Meta's limit in messages per second, see `throughputOf`: 20, 80 or 1,000. */
  readonly throughput: number;
}

/**
 * Keeps every phone number within its throughput, which is shared by bulk messages, single messages and inbound ones.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/throughput
 */
export interface Pacer {
  /**
   * Slots for 1 to `count` bulk messages, one message each. Waits until slots are near; whoever waits for the same
   * number is served in order of arrival and shares with the others. A slot that is not used is lost, and so is the time
   * from the last slot until someone asks again: ask for the next ones while these are being used.
   * @param signal gives up; without it the call waits for as long as Redis is away
   * @returns times in ms of this process's `performance.now()`, ascending; maybe fewer than `count`, at least one
   * @throws the signal's reason
   */
  slots(number: PacedNumber, count: number, signal?: AbortSignal): Promise<readonly number[]>;

  /**
   * Waits for the slot of a single message, which goes before bulk ones.
   * @param signal gives up; without it the call waits for as long as Redis is away
   * @throws the signal's reason
   */
  single(number: PacedNumber, signal?: AbortSignal): Promise<void>;

  /**
   * Counts messages that took throughput without asking: those that Meta received in the last second or so. They take
   * at most half of the pace, so that a flood of them never stops what is sent.
   */
  count(number: PacedNumber, messages: number): Promise<void>;

  /**
   * Meta refused with 130429: halves the pace for 30 s; then it climbs back evenly over 60 s. Refusals within 2 s of
   * one that counted are of messages that were on their way; a later one halves again, down to 1/16 or 1 a second.
   */
  slowDown(number: PacedNumber): Promise<void>;

  /** The pace in messages per second at this moment. */
  paceOf(number: PacedNumber): Promise<number>;
}
