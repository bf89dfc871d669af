import { GraphError } from '../errors/graph-error.js';
import type { PhoneNumberNode } from '../graph-node.js';

/** A message that would be accepted. */
export interface Send {
  readonly phoneNumber: PhoneNumberNode;
  /** The user as Meta knows it; undefined for a group, to which only the throughput applies. */
  readonly user: string | undefined;
  /** When its request began to arrive, by `Graph.preciseNow()`. */
  readonly arrivedAt: number;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface NumberUsage {
  readonly second: SlidingSecond;
  readonly pairs: PairRate;
}

/** Meta's limits on sending, and what has been used of them. */
export class Limits {
  readonly #enforced: LimitsOptions;
  readonly #numbers = new Map<string, NumberUsage>();
  readonly #portfolios = new Map<string, UniqueRecipients>();

  constructor(options: LimitsOptions | false = {}) {
    this.#enforced = options === false ? { throughput: false, pair: false, messagingLimit: false } : options;
  }

  /** Counts a message, or throws 130429, 131056 or 131048 and counts nothing. */
  admit({ phoneNumber, user, arrivedAt, now }: Send): void {
    const { throughput = true, pair = true, messagingLimit = true } = this.#enforced;
    const { second, pairs } = this.#usageOf(phoneNumber.id);
    const recipients = this.#recipientsOf(phoneNumber.account.ownerBusinessId);
    if (throughput) checkThroughput(second, phoneNumber, arrivedAt);
    if (user !== undefined) {
      const isBusinessInitiated = messagingLimit && !phoneNumber.isWindowOpen(user, now);
      if (pair) checkPair(pairs, user, now);
      if (isBusinessInitiated) checkMessagingLimit(recipients, phoneNumber, user, now);
      if (pair) pairs.count(user, now);
      if (isBusinessInitiated) recipients.count(user, now);
    }
    second.add(arrivedAt);
  }

  /** The largest number of messages that a number had accepted in any second. */
  busiestSecond(phoneNumberId: string): number {
    return this.#numbers.get(phoneNumberId)?.second.busiest ?? 0;
  }

  clear(): void {
    this.#numbers.clear();
    this.#portfolios.clear();
  }

  #usageOf(phoneNumberId: string): NumberUsage {
    const known = this.#numbers.get(phoneNumberId);
    if (known) return known;
    const usage = { second: new SlidingSecond(), pairs: new PairRate() };
    this.#numbers.set(phoneNumberId, usage);
    return usage;
  }

  #recipientsOf(portfolioId: string): UniqueRecipients {
    const known = this.#portfolios.get(portfolioId);
    if (known) return known;
    const recipients = new UniqueRecipients();
    this.#portfolios.set(portfolioId, recipients);
    return recipients;
  }
}

function checkThroughput(second: SlidingSecond, { messagesPerSecond }: PhoneNumberNode, arrivedAt: number): void {
  if (second.busiestWith(arrivedAt) <= messagesPerSecond) return;
  throw new GraphError(130429, {
    details: `Cloud API message throughput has been reached: ${messagesPerSecond} messages per second.`,
  });
}

function checkPair(pairs: PairRate, user: string, now: number): void {
  const wait = pairs.waitFor(user, now);
  if (wait === 0) return;
  throw new GraphError(131056, {
    details:
      'Message failed to send because there were too many messages sent from this phone number to the same phone ' +
      `number in a short period of time. The next one can be sent in ${Math.ceil(wait / 1_000)} seconds.`,
  });
}

function checkMessagingLimit(
  recipients: UniqueRecipients,
  { messagingLimit }: PhoneNumberNode,
  user: string,
  now: number,
): void {
  if (recipients.hasRoom(user, recipientsOf(messagingLimit), now)) return;
  throw new GraphError(131048, {
    details: `Message failed to send because the messaging limit of the business has been reached: ${messagingLimit}.`,
  });
}

/** How many people a messaging limit lets a portfolio write to: `TIER_2K` 2,000; what is no number of people, any. */
export function recipientsOf(messagingLimit: string): number {
  const [, count, thousands] = /^TIER_(\d+)(K?)$/.exec(messagingLimit) ?? [];
  if (count === undefined) return Infinity;
  return Number(count) * (thousands === 'K' ? 1_000 : 1);
}

const DAY_MS = 86_400_000;

/** People that a business portfolio wrote to outside of the service window, each for 24 hours from the last send. */
class UniqueRecipients {
  /** In the order of the times. */
  readonly #lastSends = new Map<string, number>();

  /** Whether the recipient may be written to when no more than `limit` people may. */
  hasRoom(recipient: string, limit: number, now: number): boolean {
    const last = this.#lastSends.get(recipient);
    if (last !== undefined && last > now - DAY_MS) return true;
    if (this.#lastSends.size >= limit) this.#forgetUntil(now - DAY_MS);
    return this.#lastSends.size < limit;
  }

  count(recipient: string, now: number): void {
    this.#lastSends.delete(recipient); // to be the last again
    this.#lastSends.set(recipient, now);
  }

  #forgetUntil(time: number): void {
    for (const [recipient, last] of this.#lastSends) {
      if (last > time) return;
      this.#lastSends.delete(recipient);
    }
  }
}

const INTERVAL_MS = 6_000;

const MAX_BURST = 45;

interface Burst {
  readonly startedAt: number;
  /** How many messages it has; 1 is no burst yet. */
  count: number;
}

/**
 * How often one number may write to one user: every six seconds. Up to 45 messages may come within six seconds, but then
 * none until they would all have been sent at the usual rate: after a burst of 20 the next one waits for two minutes.
 * See Meta's page "Messaging limits", pair rate limits.
 */
export class PairRate {
  readonly #bursts = new Map<string, Burst>();

  /** How long until the user may be written to, in milliseconds; 0 when now. */
  waitFor(recipient: string, now: number): number {
    const burst = this.#bursts.get(recipient);
    if (!burst || (isGoingOn(burst, now) && burst.count < MAX_BURST)) return 0;
    return Math.max(0, paidBackAt(burst) - now);
  }

  count(recipient: string, now: number): void {
    const burst = this.#bursts.get(recipient);
    if (burst && isGoingOn(burst, now)) burst.count += 1;
    else this.#bursts.set(recipient, { startedAt: now, count: 1 });
  }
}

function isGoingOn(burst: Burst, now: number): boolean {
  return now < burst.startedAt + INTERVAL_MS;
}

function paidBackAt(burst: Burst): number {
  return burst.startedAt + burst.count * INTERVAL_MS;
}

const SECOND_MS = 1_000;

/** A body may come long after its head: an arrival is placed among those of the last ten seconds before the newest. */
const KEPT_MS = 10_000;

/** When the accepted messages of a number arrived, and how many there were at most in any 1,000 ms. */
export class SlidingSecond {
  /** Ascending. */
  readonly #times: number[] = [];
  #busiest = 0;
  #pruneAt = 1_000;

  /** The largest number of arrivals in any second so far. Two that are 1,000 ms apart are not in the same second. */
  get busiest(): number {
    return this.#busiest;
  }

  /** How many arrivals the busiest of the seconds around `time` would have, with one at `time`. */
  busiestWith(time: number): number {
    const times = this.#times;
    const position = firstAfter(times, time);
    let start = firstAfter(times, time - SECOND_MS);
    let busiest = position - start + 1;
    // Only for an arrival with a body that took longer to come than those of later ones.
    for (let end = position; end < times.length; end += 1) {
      const last = times[end] ?? 0;
      if (last >= time + SECOND_MS) break;
      while ((times[start] ?? time) <= last - SECOND_MS) start += 1;
      busiest = Math.max(busiest, end - start + 2);
    }
    return busiest;
  }

  add(time: number): void {
    const times = this.#times;
    this.#busiest = Math.max(this.#busiest, this.busiestWith(time));
    const position = firstAfter(times, time);
    if (position === times.length) times.push(time);
    else times.splice(position, 0, time);
    if (times.length < this.#pruneAt) return;
    times.splice(0, firstAfter(times, time - KEPT_MS));
    this.#pruneAt = 2 * times.length + 1_000;
  }
}

/** The index of the first number of an ascending list that is greater than `value`. */
function firstAfter(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Which of Meta's sending limits are enforced; all of them by default. See Meta's page "Messaging limits".
 *
 * @publicApi
 */
export interface LimitsOptions {
  /** Messages per second and phone number: 130429. */
  readonly throughput?: boolean;
  /**
   * Messages from one phone number to one user, one in six seconds with bursts of up to 45: 131056. What sends to one
   * person again and again, such as a long test file that never calls `clear()`, runs into it as it would at Meta.
   */
  readonly pair?: boolean;
  /** People outside of the service window that a business portfolio may write to in rolling 24 hours: 131048. */
  readonly messagingLimit?: boolean;
}
