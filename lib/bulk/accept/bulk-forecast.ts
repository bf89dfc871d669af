import { Injectable } from '@nestjs/common';
import type { PhoneNumberOfAccount } from '../../accounts/phone-numbers.js';
import { MessagingLimits } from '../../messages/messaging-limits.js';
import { estimateMinutes } from '../bulk-estimate.js';
import type { BulkAcceptance } from '../bulk-send.js';
import { NumberPace } from '../number-pace.js';

/** Tells what a bulk send needs of the messaging limit, and how long it will take. */
@Injectable()
export class BulkForecast {
  constructor(
    private readonly pace: NumberPace,
    private readonly budget: MessagingLimits,
  ) {}

  /** How many of these recipients need a place in the messaging limit; all, where there is none. */
  async neededOf(phoneNumber: PhoneNumberOfAccount, recipients: readonly string[]): Promise<number> {
    const portfolio = this.budget.portfolioOf(phoneNumber);
    if (portfolio.limit === null) return recipients.length;
    return this.budget.neededOf(portfolio, phoneNumber.phoneNumberId, recipients);
  }

  /** @param unique messages to send. @param needed those that need a place in the messaging limit */
  async of(phoneNumber: PhoneNumberOfAccount, unique: number, needed: number): Promise<BulkAcceptance> {
    const portfolio = this.budget.portfolioOf(phoneNumber);
    const { limit, remaining } = await this.budget.usage(portfolio);
    const canSend = remaining === null || needed <= remaining;
    const wait = canSend ? 0 : await this.budget.estimateDelay(portfolio, needed);
    const pace = await this.pace.of(phoneNumber);
    return {
      quota: { canSend, needed, available: remaining, total: limit, tier: portfolio.tier },
      estimatedMinutes: estimateMinutes(unique, pace, wait),
    };
  }
}
