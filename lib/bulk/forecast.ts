import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { PhoneNumberEntity } from '../accounts/phone-number.entity.js';
import type { PhoneNumberOfAccount } from '../accounts/phone-numbers.js';
import { MessagingLimits } from '../messages/messaging-limits.js';
import { USED_SHARE, throughputOf } from '../pacing/pace-rules.js';
import { PACER, type Pacer } from '../pacing/pacer.js';
import type { BulkAcceptance } from './bulk-send.js';
import { BULK_OPTIONS, type BulkOptions } from './bulk.options.js';

/** Milliseconds that an estimate waits for Redis: a request must not hang on it. */
const MAX_WAIT_MS = 500;

/** How fast a number sends at present, for estimates. */
@Injectable()
export class NumberPace {
  constructor(
    @Inject(BULK_OPTIONS) private readonly options: BulkOptions,
    @Inject(PACER) private readonly pacer: Pacer,
  ) {}

  /** Messages per second; with Redis away the number's usual pace. */
  async of(phoneNumber: PhoneNumberEntity): Promise<number> {
    const { phoneNumberId } = phoneNumber;
    const throughput = throughputOf(phoneNumber, this.options.messagesPerSecond);
    const usual = throughput * USED_SHARE;
    const pace = this.pacer.paceOf({ phoneNumberId, throughput }).catch(() => usual);
    return Promise.race([pace, delay(MAX_WAIT_MS, usual, { ref: false })]);
  }
}

/** Forecasts what a bulk send needs of the messaging limit, and how long it will take. */
@Injectable()
export class BulkForecast {
  constructor(
    private readonly pace: NumberPace,
    private readonly messagingLimits: MessagingLimits,
  ) {}

  /** How many of these recipients count against the messaging limit; all, if there is none. */
  async neededOf(phoneNumber: PhoneNumberOfAccount, recipients: readonly string[]): Promise<number> {
    const portfolio = this.messagingLimits.portfolioOf(phoneNumber);
    if (portfolio.limit === null) return recipients.length;
    return this.messagingLimits.neededOf(portfolio, phoneNumber.phoneNumberId, recipients);
  }

  /** @param unique messages to send. @param needed those that count against the messaging limit */
  async of(phoneNumber: PhoneNumberOfAccount, unique: number, needed: number): Promise<Omit<BulkAcceptance, 'cost'>> {
    const portfolio = this.messagingLimits.portfolioOf(phoneNumber);
    const { limit, remaining } = await this.messagingLimits.usage(portfolio);
    const canSend = remaining === null || needed <= remaining;
    const wait = canSend ? 0 : await this.messagingLimits.estimateDelay(portfolio, needed);
    const pace = await this.pace.of(phoneNumber);
    return {
      quota: { canSend, needed, available: remaining, total: limit, tier: portfolio.tier },
      estimatedMinutes: estimateMinutes(unique, pace, wait),
    };
  }
}

/**
 * Minutes that a bulk send takes at the number's pace, with the wait for the messaging limit: one decimal, at least 0.1.
 * @param pace messages per second
 * @param wait milliseconds
 */
export function estimateMinutes(messages: number, pace: number, wait: number): number {
  const minutes = messages / pace / 60 + wait / 60_000;
  return Math.max(0.1, Math.round(minutes * 10) / 10);
}
