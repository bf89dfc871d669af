import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, Repository } from 'typeorm';
import { BulkDispatcher } from '../../bulk/dispatch/dispatcher.js';
import { FreedLimits } from '../../bulk/maintenance.js';
import { truncateForColumn } from '../../store/columns.js';
import {
  type AccountChange,
  type FieldReader,
  type FieldUpdate,
  requiredText,
  textOrNumber,
  reportedUntil,
} from './field-update.js';
import { BusinessAccountEntity } from '../../accounts/business-account.entity.js';
import { PhoneNumberEntity } from '../../accounts/phone-number.entity.js';
import { type BusinessUsername, UsernameRows } from '../../accounts/usernames.service.js';
import { Facts } from '../../store/facts.js';
import { InjectWhatsAppRepository } from '../../store/repositories.js';
import { MetaRefetches } from './meta-refetches.js';

type NumberNews = Partial<
  Pick<PhoneNumberEntity, 'messagingLimit' | 'throughputLevel' | 'verifiedName' | 'nameStatus'>
>;

/** Writes down what webhooks report of phone numbers, in whatever order they come. */
@Injectable()
export class ReportedNumbers {
  constructor(
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
    @InjectWhatsAppRepository(BusinessAccountEntity) private readonly accounts: Repository<BusinessAccountEntity>,
    private readonly refetches: MetaRefetches,
    private readonly facts: Facts,
    private readonly usernames: UsernameRows,
  ) {}

  /** Of one number, which these webhooks know by the number itself. */
  async apply(change: AccountChange, displayPhoneNumber: string, news: NumberNews): Promise<void> {
    await this.#store(change, await this.#named(change, displayPhoneNumber), news);
  }

  /** The same of its username, which no fetch of numbers brings. */
  async applyUsername(change: AccountChange, displayPhoneNumber: string, news: BusinessUsername): Promise<void> {
    for (const { id } of await this.#named(change, displayPhoneNumber)) {
      await this.usernames.store(id, news, reportedUntil(change));
    }
  }

  async #named(change: AccountChange, displayPhoneNumber: string): Promise<PhoneNumberEntity[]> {
    const digits = digitsOf(displayPhoneNumber);
    const own = await this.phoneNumbers.findBy({ accountId: change.account.id, removedAt: IsNull() });
    const numbers = own.filter((number) => digitsOf(number.displayPhoneNumber ?? '') === digits);
    if (numbers.length === 0) this.refetches.phoneNumbers(change.account);
    return numbers;
  }

  /** Of all numbers of the business portfolio, which share their messaging limit. */
  async applyToPortfolio(change: AccountChange, news: NumberNews): Promise<void> {
    const { id, ownerBusinessId } = change.account;
    const owned = ownerBusinessId === null ? [] : await this.accounts.findBy({ ownerBusinessId });
    const accountId = In([...new Set([id, ...owned.map((account) => account.id)])]);
    await this.#store(change, await this.phoneNumbers.findBy({ accountId, removedAt: IsNull() }), news);
  }

  /** What was reported later, or fetched since, stays; then, and of what happened within the same second, Meta is asked. */
  async #store(change: AccountChange, numbers: readonly PhoneNumberEntity[], news: NumberNews): Promise<void> {
    const until = reportedUntil(change);
    const isOpen = ({ syncedAt }: PhoneNumberEntity) => !syncedAt || syncedAt.getTime() > until.getTime() - 1_000;
    const open = new Set(numbers.filter(isOpen).map(({ accountId }) => accountId));
    if (open.size > 0) {
      for (const account of await this.accounts.findBy({ id: In([...open]) })) this.refetches.phoneNumbers(account);
    }
    for (const { id } of numbers) {
      const update = this.phoneNumbers.createQueryBuilder().update();
      const values = { ...news, syncedAt: new Date(until.getTime() - 999) };
      await this.facts.write(update.set(values).where({ id, syncedAt: LessThanOrEqual(until) }));
    }
  }
}

const digitsOf = (phone: string): string => phone.replaceAll(/\D/g, '');

/** What `name_status` becomes by a decision. */
const NAME_STATUS: Readonly<Record<string, string>> = {
  APPROVED: 'APPROVED',
  REJECTED: 'DECLINED',
  PENDING: 'PENDING_REVIEW',
  DEFERRED: 'PENDING_REVIEW',
};

/** What Meta reports of phone numbers: throughput, messaging limit, name and username. A limit is that of the whole portfolio. */
@Injectable()
export class NumberUpdates {
  readonly readers: readonly FieldReader[] = [
    { fields: ['phone_number_quality_update'], read: (change) => this.#quality(change) },
    { fields: ['business_capability_update'], read: (change) => this.#capability(change) },
    { fields: ['phone_number_name_update'], read: (change) => this.#name(change) },
    // Older clients know the field without its last letter.
    { fields: ['business_username_updates', 'business_username_update'], read: (change) => this.#username(change) },
  ];

  constructor(
    private readonly numbers: ReportedNumbers,
    private readonly freedLimits: FreedLimits,
    private readonly dispatcher: BulkDispatcher,
  ) {}

  #quality(change: AccountChange): FieldUpdate {
    const { display_phone_number: number, event, current_limit: current } = change.value;
    const displayPhoneNumber = requiredText(number, 'display_phone_number');
    const tier = tierOf(change.value['max_daily_conversations_per_business']) ?? tierOf(current);
    return async () => {
      if (event === 'THROUGHPUT_UPGRADE') {
        await this.numbers.apply(change, displayPhoneNumber, { throughputLevel: 'HIGH' });
      }
      if (tier !== undefined) await this.#limit(change, tier);
      return [];
    };
  }

  #capability(change: AccountChange): FieldUpdate {
    const { max_daily_conversations_per_business: limit, max_daily_conversation_per_phone: older } = change.value;
    const tier = tierOf(limit) ?? tierOf(older);
    return async () => {
      if (tier !== undefined) await this.#limit(change, tier);
      return [];
    };
  }

  #name(change: AccountChange): FieldUpdate {
    const { display_phone_number: number, decision, requested_verified_name: requested } = change.value;
    const displayPhoneNumber = requiredText(number, 'display_phone_number');
    const decided = requiredText(decision, 'decision').toUpperCase();
    const nameStatus = NAME_STATUS[decided] ?? truncateForColumn(decided, 64);
    const verifiedName = decided === 'APPROVED' ? textOrNumber(requested) : undefined;
    return async () => {
      const news = {
        nameStatus,
        ...(verifiedName !== undefined && { verifiedName: truncateForColumn(verifiedName, 512) }),
      };
      await this.numbers.apply(change, displayPhoneNumber, news);
      return [];
    };
  }

  #username(change: AccountChange): FieldUpdate {
    const { display_phone_number: number, username, status } = change.value;
    const displayPhoneNumber = requiredText(number, 'display_phone_number');
    const word = requiredText(status, 'status').toLowerCase();
    const name = word === 'deleted' ? undefined : requiredText(username, 'username');
    const news = { username: name ?? null, status: name === undefined ? null : word };
    return async () => {
      await this.numbers.applyUsername(change, displayPhoneNumber, news);
      return [];
    };
  }

  /** Bulk sends that wait for the limit need not wait any longer where it was raised. */
  async #limit(change: AccountChange, messagingLimit: string): Promise<void> {
    await this.numbers.applyToPortfolio(change, { messagingLimit });
    await this.freedLimits.endDeferrals();
    this.dispatcher.wake();
  }
}

/**
 * Meta's word for a messaging limit, however it is written: webhooks report it as `TIER_2K` or as 2000, and -1 for none.
 * @returns undefined for what is no limit, such as `TIER_NOT_SET`
 */
export function tierOf(limit: unknown): string | undefined {
  if (typeof limit === 'string' && /^TIER_(?:\d+K?|UNLIMITED)$/.test(limit)) return limit;
  const people = typeof limit === 'string' && /^-?\d+$/.test(limit) ? Number(limit) : limit;
  if (people === -1) return 'TIER_UNLIMITED';
  if (typeof people !== 'number' || !Number.isSafeInteger(people) || people <= 0) return undefined;
  return people % 1_000 === 0 ? `TIER_${people / 1_000}K` : `TIER_${people}`;
}
