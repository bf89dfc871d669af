import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { boundedCache } from '../bounded-cache.js';
import { People, type Person } from '../contacts/people.js';
import { identityOf } from '../contacts/reported-contact.js';
import { runInTransaction, execute } from '../store/run-in-transaction.js';
import { WHATSAPP_DATA_SOURCE } from '../store/data-source.provider.js';
import { batchesOf, recipientOf } from './recipient.js';
import {
  LimitEntries,
  COUNTED_FOR_MS,
  type ReservedRecipients,
  reserveWithinLimit,
  SETTLED_AFTER_MS,
} from './limit-entries.js';
import { CountedPortfolios } from './counted-portfolios.js';
import type { MessageEntity } from './message.entity.js';
import { type NumberOfPortfolio, type Portfolio, portfolioOf, recipientsReached } from './portfolio.js';
import { ServiceWindows } from './service-windows.js';

const TIDIED_AGAIN_AFTER_MS = 10_000;

const later = (moment: Date, ms: number): Date => new Date(moment.getTime() + ms);

/**
 * The messaging limit: how many people a business portfolio may send to outside the service window. A person counts for
 * 24 hours from the last message to them. Kept in the database, for all processes together: of two that reserve at the
 * same time, the limit is never exceeded. Where there is no limit, nothing is kept.
 *
 * A bulk send reserves before it sends, then counts or gives back; a single send is counted after Meta took it.
 * @see https://developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits
 */
@Injectable()
export class MessagingLimits {
  readonly #entries: LimitEntries;
  readonly #kept: CountedPortfolios;
  readonly #tidied = boundedCache<string, true>(10_000, TIDIED_AGAIN_AFTER_MS);
  readonly #workspaces = boundedCache<string, number>(1_000, 60_000);
  readonly #clock = (): Date => this.now();

  constructor(
    @Inject(WHATSAPP_DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly windows: ServiceWindows,
    private readonly people: People,
  ) {
    this.#entries = new LimitEntries(dataSource);
    this.#kept = new CountedPortfolios(dataSource, this.#entries);
  }

  /** Whose limit counts for what a number sends. */
  portfolioOf(phoneNumber: NumberOfPortfolio): Portfolio {
    return portfolioOf(phoneNumber);
  }

  /**
   * Reserves recipients against the limit, in their order, as far as it allows. A recipient who counts already, or is inside the
   * service window of the number, needs none. A person is one, by whatever numbers and user ids they are named.
   */
  async reserve(
    portfolio: Portfolio,
    phoneNumberId: string,
    recipients: readonly string[],
  ): Promise<ReservedRecipients> {
    const now = this.now();
    const { limit } = portfolio;
    if (limit === null) {
      await this.#kept.letGo(portfolio, now);
      const [none, keyOf] = [new Set<string>(), new Map<string, string>()];
      return { allowed: new Set(recipients), reserved: none, inWindow: none, keyOf, reservedAt: now, freesAt: null };
    }
    const people = await this.#peopleOf(phoneNumberId, recipients);
    const keyOf = new Map([...people].map(([name, { key }]) => [name, key]));
    // A window that closes before the message is out would not make it free.
    const inWindow = await this.windows.openFor(phoneNumberId, recipients, later(now, SETTLED_AFTER_MS), people);
    const outside = [...new Set(recipients)].filter((recipient) => !inWindow.has(recipient));
    if (outside.length === 0) {
      return { allowed: new Set(recipients), reserved: new Set(), inWindow, keyOf, reservedAt: now, freesAt: null };
    }
    await this.#tidy(portfolio, now);
    const keys = [...new Set(outside.map((recipient) => keyOf.get(recipient) ?? recipient))];
    const granted = await this.#kept.locked(portfolio, this.#clock, (then) =>
      reserveWithinLimit(this.#entries, { ...portfolio, limit }, keys, then),
    );
    const named = (some: ReadonlySet<string>) => outside.filter((name) => some.has(keyOf.get(name) ?? name));
    return {
      ...granted,
      keyOf,
      inWindow,
      allowed: new Set([...inWindow, ...named(granted.allowed)]),
      reserved: new Set(named(granted.reserved)),
    };
  }

  /**
   * Releases reservations of people who were certainly sent nothing: Meta refused, or was not called. Recipients who were
   * counted since, or reserved by others too, still count.
   */
  async release(
    portfolio: Portfolio,
    recipients: readonly string[],
    { reserved, reservedAt, keyOf }: Pick<ReservedRecipients, 'reserved' | 'reservedAt' | 'keyOf'>,
  ): Promise<void> {
    const own = recipients.filter((recipient) => reserved.has(recipient)).map((name) => keyOf.get(name) ?? name);
    if (portfolio.limit === null || own.length === 0) return;
    await this.#kept.locked(portfolio, this.#clock, () => this.#entries.remove(portfolio, own, reservedAt));
  }

  /** Messages went out to these people, by their keys, outside the service window. */
  async count(portfolio: Portfolio, recipients: readonly string[], at: Date): Promise<void> {
    if (portfolio.limit === null) return this.#kept.letGo(portfolio, this.now());
    if (recipients.length === 0) return;
    await this.#tidy(portfolio, this.now());
    await this.#kept.keep(portfolio, this.#clock);
    await execute(this.dataSource, this.#entries.enter(portfolio, recipients.map(identityOf), at));
  }

  /**
   * A single message went out that nothing was reserved for, and its row is stored as sent. Where the portfolio is not
   * kept, that row is enough.
   */
  async countMessage(
    portfolio: Portfolio,
    message: Pick<MessageEntity, 'phoneNumberId' | 'recipientPhone'> & Partial<Pick<MessageEntity, 'userId'>>,
    at: Date,
  ): Promise<void> {
    if (portfolio.limit === null) return this.#kept.letGo(portfolio, this.now());
    if (!(await this.#kept.isKept(portfolio))) return;
    const { phoneNumberId } = message;
    const recipient = recipientOf(message);
    const people = await this.#peopleOf(phoneNumberId, [recipient]);
    const inWindow = await this.windows.openFor(phoneNumberId, [recipient], at, people);
    if (!inWindow.has(recipient)) await this.count(portfolio, [people.get(recipient)?.key ?? recipient], at);
  }

  /** How much of the limit is used. */
  async usage(portfolio: Portfolio): Promise<QuotaUsage> {
    const now = this.now();
    const isKept = portfolio.limit !== null && (await this.#kept.isComplete(portfolio));
    const used = isKept
      ? await this.#entries.used(portfolio, now)
      : await recipientsReached(this.dataSource, portfolio, later(now, -COUNTED_FOR_MS));
    return quotaUsage(portfolio.limit, used);
  }

  /** How many of the recipients would newly count; where there is no limit, all who are outside the service window. */
  async neededOf(portfolio: Portfolio, phoneNumberId: string, recipients: readonly string[]): Promise<number> {
    const now = this.now();
    if (portfolio.limit !== null) await this.#kept.keep(portfolio, this.#clock);
    let needed = 0;
    for (const batch of batchesOf([...new Set(recipients)])) {
      const people = await this.#peopleOf(phoneNumberId, batch);
      const inWindow = await this.windows.openFor(phoneNumberId, batch, later(now, SETTLED_AFTER_MS), people);
      const outside = batch.filter((recipient) => !inWindow.has(recipient));
      const keys = [...new Set(outside.map((recipient) => people.get(recipient)?.key ?? recipient))];
      const counted = await runInTransaction(this.dataSource, () => this.#entries.countedAmong(portfolio, keys, now));
      needed += keys.filter((key) => !counted.has(key)).length;
    }
    return needed;
  }

  /**
   * Milliseconds until so many people more could be sent to, if no other send uses the limit; 0 when the limit has room for
   * all of them at once.
   */
  async estimateDelay(portfolio: Portfolio, needed: number): Promise<number> {
    const { limit } = portfolio;
    if (limit === null) return 0;
    await this.#kept.keep(portfolio, this.#clock);
    const now = this.now();
    const wait = estimateLimitDelay({ limit, used: await this.#entries.used(portfolio, now) }, needed);
    if (!wait) return 0;
    const { leaver, days } = wait;
    const leavesAt =
      leaver === null
        ? undefined
        : await runInTransaction(this.dataSource, () => this.#entries.leavesAt(portfolio, leaver, now));
    return (leavesAt === undefined ? 0 : leavesAt - now.getTime()) + days * COUNTED_FOR_MS;
  }

  /** The moment; a test may have another. */
  protected now(): Date {
    return new Date();
  }

  /** Contacts are a workspace's, and so is a number. */
  async #peopleOf(phoneNumberId: string, recipients: readonly string[]): Promise<ReadonlyMap<string, Person>> {
    let workspaceId = this.#workspaces.get(phoneNumberId);
    if (workspaceId === undefined) {
      const number = await this.dataSource
        .getRepository(PhoneNumberEntity)
        .findOne({ where: { phoneNumberId }, relations: { account: true } });
      workspaceId = number?.account?.workspaceId ?? 0;
      if (number) this.#workspaces.set(phoneNumberId, workspaceId);
    }
    return this.people.of(workspaceId, recipients, this.now());
  }

  async #tidy(portfolio: Portfolio, now: Date): Promise<void> {
    if (this.#tidied.has(portfolio.id)) return;
    this.#tidied.set(portfolio.id, true);
    await this.#entries.removeExpired(portfolio, now);
  }
}

/** A messaging limit, and how many count against it now. */
interface LimitUsage {
  readonly limit: number;
  readonly used: number;
}

/** When the limit has room for the last one. */
interface Wait {
  /** Which of those who count now makes it free by leaving, the oldest being 0; null: the first of our own sends. */
  readonly leaver: number | null;
  /** Days after that, for our own sends count for a day each. */
  readonly days: number;
}

/**
 * How long it takes until `needed` more people could be sent to, each as soon as the limit has room, which they then use
 * for a day: so the same room comes free again day after day.
 * @returns null when there are enough at once
 */
export function estimateLimitDelay({ limit, used }: LimitUsage, needed: number): Wait | null {
  const available = Math.max(0, limit - used);
  if (needed <= available) return null;
  if (limit <= 0) return { leaver: null, days: Infinity };
  const kept = limit - available;
  const further = needed - available - 1;
  const days = Math.floor(further / limit);
  const place = further % limit;
  // What was taken at once comes free a day from now, after all who count already.
  if (place >= kept) return { leaver: null, days: days + 1 };
  // Where more count than the limit lets, so many must leave before anything is free.
  return { leaver: used - kept + place, days };
}

/** How much of a messaging limit is used. */
export interface QuotaUsage {
  /** Unique recipients in a rolling 24 hours; null where there is no limit. */
  readonly limit: number | null;
  /** People who count against it now: those the business portfolio sent a template in the last 24 hours, or is about to. */
  readonly used: number;
  readonly remaining: number | null;
}

/** What is left of a limit when so many people were reached. */
function quotaUsage(limit: number | null, used: number): QuotaUsage {
  return { limit, used, remaining: limit === null ? null : Math.max(0, limit - used) };
}
