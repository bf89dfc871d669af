import { Inject, Injectable } from '@nestjs/common';
import type { PhoneNumberOfAccount } from '../accounts/phone-numbers.js';
import type { InWorkspace } from '../accounts/workspaces.service.js';
import type { MessageEntity } from '../messages/message.entity.js';
import { countryOfRecipient } from '../messages/pricing.js';
import { CostSums, totalsOf } from './cost-sums.js';
import type { CostEstimate } from './cost.view.js';
import { COSTS_OPTIONS, type CostsOptions } from './costs.options.js';
import { CHARGED, expectedCategory } from './delivered-messages.js';
import { dayAt, monthOfDay } from './local-days.js';
import type { Money } from './money.js';
import { type ReachedTiers, VolumeTiers } from './volume-tiers.js';

/**
 * Messages that are about to be sent.
 *
 * @publicApi
 */
export interface EstimateCostsInput extends InWorkspace {
  /** What Meta will charge them as: a template's category, in capitals or not; `service` for messages that are none. */
  readonly category: string;
  /** Their recipients: numbers with country code, or business-scoped user ids. */
  readonly recipients: Iterable<string>;
  /** Meta's id of the number that sends; the workspace's primary one when left out. */
  readonly phoneNumberId?: string;
}

/** Who a message goes to. */
type Recipient = Pick<MessageEntity, 'recipientPhone' | 'userId'>;

/** Meta's word for service messages within the free ones. */
export const FREE_SERVICE = 'free_customer_service';

/** Estimates what messages will cost, before Meta says so. */
@Injectable()
export class CostEstimates {
  constructor(
    @Inject(COSTS_OPTIONS) private readonly options: CostsOptions,
    private readonly tiers: VolumeTiers,
  ) {}

  /**
   * @param category as templates have it: `MARKETING`
   * @param at when they are sent
   * @returns undefined where the host gave no rate card
   */
  async of(phoneNumber: PhoneNumberOfAccount, category: string | null, at = new Date()): Promise<Estimate | undefined> {
    if (!this.options.isConfigured) return undefined;
    const { timeZone } = this.options.of(phoneNumber.account.businessAccountId);
    const tiers = await this.tiers.of(phoneNumber.account, monthOfDay(dayAt(at.getTime(), timeZone)));
    return new Estimate(this.options, phoneNumber, tiers, expectedCategory({ templateCategory: category }), at);
  }
}

/** What messages from one number, in one category, are going to cost. */
export class Estimate {
  readonly #messages = new Map<string | null, number>();
  readonly #prices = new Map<string | null, Money>();
  readonly #day: string;

  constructor(
    private readonly options: CostsOptions,
    private readonly phoneNumber: PhoneNumberOfAccount,
    private readonly tiers: ReachedTiers,
    private readonly category: string,
    private readonly at: Date,
  ) {
    const { timeZone } = options.of(phoneNumber.account.businessAccountId);
    this.#day = dayAt(at.getTime(), timeZone);
  }

  add(recipients: readonly Recipient[]): void {
    for (const recipient of recipients) {
      const country = countryOfRecipient(recipient);
      this.#messages.set(country, (this.#messages.get(country) ?? 0) + 1);
    }
  }

  /** What one message costs; nothing where the card has no rate. */
  priceFor(recipient: Recipient): Money {
    const country = countryOfRecipient(recipient);
    const known = this.#prices.get(country);
    if (known !== undefined) return known;
    const question = { ...this.#periodOf(country), country, category: this.category };
    const price = this.options.rateCard.priceOf(question) ?? 0n;
    this.#prices.set(country, price);
    return price;
  }

  /** @param free how many of them are free */
  result(free = 0): CostEstimate {
    const { rateCard } = this.options;
    const sums = new CostSums(rateCard);
    let left = free;
    for (const [country, messages] of this.#messages) {
      const ofThese = Math.min(left, messages);
      left -= ofThese;
      const period = this.#periodOf(country);
      const shared = {
        ...NO_GROUPS,
        category: this.category,
        country,
        market: rateCard.marketOf(country),
        isEstimate: true,
        currency: period.currency,
      };
      sums.add({ ...shared, type: FREE_SERVICE }, { messages: ofThese }, period);
      sums.add({ ...shared, type: CHARGED }, { messages: messages - ofThese }, period);
    }
    const rows = sums.take();
    const { currency } = this.options.of(this.phoneNumber.account.businessAccountId);
    const [total = { currency, messages: 0, charged: 0, amount: '0.00', withoutRate: 0 }] = totalsOf(rows);
    return {
      rows: rows.map(({ category, country, market, type, messages, amount, withoutRate }) => ({
        category,
        country,
        market,
        type,
        messages,
        amount,
        withoutRate,
      })),
      currency,
      messages: total.messages,
      charged: total.charged,
      amount: total.amount,
      withoutRate: total.withoutRate,
    };
  }

  #periodOf(country: string | null) {
    const { options, category } = this;
    const { currency } = options.of(this.phoneNumber.account.businessAccountId);
    const moment = { at: this.at.getTime(), month: monthOfDay(this.#day), category, country };
    return { day: this.#day, currency, tierFrom: this.tiers.tierFrom(moment, options.rateCard) };
  }
}

const NO_GROUPS = { day: null, month: null, phoneNumberId: null, template: null, bulkSendId: null };
