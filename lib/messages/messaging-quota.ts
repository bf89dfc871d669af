import { Injectable } from '@nestjs/common';
import { In, MoreThan, Repository } from 'typeorm';
import { BusinessAccountEntity } from '../accounts/business-account.entity.js';
import { messagingLimitOf } from '../accounts/messaging-limit.js';
import { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import { InjectWhatsAppRepository } from '../database/repositories.js';
import { MessageEntity } from './message.entity.js';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How much of a phone number's messaging limit is used. */
export interface QuotaUsage {
  /** Unique recipients in a rolling 24 hours; null where there is no limit. */
  readonly limit: number | null;
  /** People whom the business portfolio sent a template in the last 24 hours. */
  readonly used: number;
  readonly remaining: number | null;
}

/** Counts a business portfolio's recipients against its messaging limit. */
@Injectable()
export class MessagingQuota {
  constructor(
    @InjectWhatsAppRepository(MessageEntity) private readonly messages: Repository<MessageEntity>,
    @InjectWhatsAppRepository(PhoneNumberEntity) private readonly phoneNumbers: Repository<PhoneNumberEntity>,
  ) {}

  /** People whom the portfolio of an account sent a template in the last 24 hours. */
  async recipientsOf({ id, ownerBusinessId }: BusinessAccountEntity): Promise<number> {
    const account = ownerBusinessId === null ? { id } : { ownerBusinessId };
    const numbers = await this.phoneNumbers.find({ where: { account }, select: { id: true, phoneNumberId: true } });
    const row = await this.messages
      .createQueryBuilder('message')
      .select('COUNT(DISTINCT message.recipientPhone)', 'count')
      .where({
        phoneNumberId: In(numbers.map(({ phoneNumberId }) => phoneNumberId)),
        sentAt: MoreThan(new Date(Date.now() - DAY_MS)),
        type: 'template',
      })
      .getRawOne<{ count: string | number }>();
    return Number(row?.count ?? 0);
  }
}

/** What is left of a messaging limit such as `TIER_250` when so many people were reached. */
export function quotaUsage(messagingLimit: string | null, used: number): QuotaUsage {
  const limit = messagingLimitOf(messagingLimit);
  return { limit, used, remaining: limit === null ? null : Math.max(0, limit - used) };
}
