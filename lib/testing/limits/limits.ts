import { GraphError } from '../errors/graph-error.js';
import type { PhoneNumberNode } from '../graph-node.js';
import type { LimitsOptions } from './limits.options.js';
import { recipientsOf } from './messaging-limit.js';
import { PairRate } from './pair-rate.js';
import { SlidingSecond } from './sliding-second.js';
import { UniqueRecipients } from './unique-recipients.js';

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
