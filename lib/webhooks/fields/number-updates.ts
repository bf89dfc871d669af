import { Injectable } from '@nestjs/common';
import { tierOf } from '../../accounts/messaging-limit.js';
import { BulkWaker } from '../../bulk/bulk-waker.js';
import { FreedQuota } from '../../bulk/freed-quota.js';
import { truncateForColumn } from '../../store/truncate-for-column.js';
import { type AccountChange, type FieldReader, type FieldUpdate, requiredText, nonEmptyText } from './field-update.js';
import { ToldNumbers } from './told-numbers.js';

/** What `name_status` becomes by a decision. */
const NAME_STATUS: Readonly<Record<string, string>> = {
  APPROVED: 'APPROVED',
  REJECTED: 'DECLINED',
  PENDING: 'PENDING_REVIEW',
  DEFERRED: 'PENDING_REVIEW',
};

/** What Meta tells of phone numbers: throughput, messaging limit and name. A limit is that of the whole portfolio. */
@Injectable()
export class NumberUpdates {
  readonly readers: readonly FieldReader[] = [
    { fields: ['phone_number_quality_update'], read: (change) => this.#quality(change) },
    { fields: ['business_capability_update'], read: (change) => this.#capability(change) },
    { fields: ['phone_number_name_update'], read: (change) => this.#name(change) },
  ];

  constructor(
    private readonly numbers: ToldNumbers,
    private readonly freedQuota: FreedQuota,
    private readonly waker: BulkWaker,
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
    const verifiedName = decided === 'APPROVED' ? nonEmptyText(requested) : undefined;
    return async () => {
      const news = {
        nameStatus,
        ...(verifiedName !== undefined && { verifiedName: truncateForColumn(verifiedName, 512) }),
      };
      await this.numbers.apply(change, displayPhoneNumber, news);
      return [];
    };
  }

  /** Bulk sends that wait for the limit need not wait any longer where it was raised. */
  async #limit(change: AccountChange, messagingLimit: string): Promise<void> {
    await this.numbers.applyToPortfolio(change, { messagingLimit });
    await this.freedQuota.look();
    this.waker.wake();
  }
}
