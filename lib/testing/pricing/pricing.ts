import type { AccountNode } from '../graph-node.js';
import type { RecordedMessage } from '../records/records.js';
import type { JsonObject } from '../server/param.js';
import { secondsOf, type AcceptedMessage, type Change } from '../webhooks/update.js';
import type { WebhookStatus } from '../webhooks/webhook.options.js';
import { Charges, invoiceOf, type Invoice, type TierChange, type Charge } from './charges.js';
import { monthOf } from './local-time.js';
import { priceOf, reportedPrice, type Price } from './price.js';

/** What became known of a message's price. */
interface PricedMessage {
  /** Undefined for what is neither charged nor counted. */
  readonly price: Price | undefined;
  /** Which month's free messages of which number it is one of. */
  readonly allowance: string | undefined;
  isReported: boolean;
  isDelivered: boolean;
}

/**
 * Prices messages as Meta does since 2026-10-01: each message once, by its first step that is no failure, and charged
 * when it is delivered. What fails before gives its place among the free messages back; Meta does not say so.
 */
export class Pricing {
  /** As long as anything holds the message. */
  #priced = new WeakMap<RecordedMessage, PricedMessage>();
  readonly #freeMessagesUsed = new Map<string, number>();
  readonly #charges: Charges;

  /** @param publish has a change reported to all accounts of the portfolio of this one */
  constructor(publish: (account: AccountNode, change: Change) => void) {
    this.#charges = new Charges((tier) => publish(tier.account, tierChange(tier)));
  }

  /** Whether Meta would deliver it: what is charged needs a payment method. */
  isPayable(message: AcceptedMessage, at: number): boolean {
    if (message.phoneNumber.account.hasPaymentMethod) return true;
    return this.#decide(message, at).price?.type !== 'regular';
  }

  /**
   * Takes note of a step of a message.
   * @param carriers the statuses that carry the price; by default the first one that a message has
   * @returns what its status says of the price
   */
  take(message: AcceptedMessage, status: WebhookStatus, at: number, carriers?: readonly WebhookStatus[]): JsonObject {
    if (status === 'failed') {
      this.#giveBack(message.record);
      return {};
    }
    const priced = this.#priced.get(message.record) ?? this.#fix(message, at);
    const { price } = priced;
    if (!price) return {};
    if (status !== 'sent' && !priced.isDelivered) {
      priced.isDelivered = true;
      this.#charges.add(message.phoneNumber, price, at);
    }
    const carries = carriers?.includes(status) ?? !priced.isReported;
    priced.isReported ||= carries;
    return reportedPrice(price, status, carries);
  }

  invoice(account: AccountNode, month: string): Invoice {
    return invoiceOf(account, this.#charges.of(account), month);
  }

  /** What was delivered for an account. */
  chargesOf(account: AccountNode): readonly Charge[] {
    return this.#charges.of(account);
  }

  clear(): void {
    this.#priced = new WeakMap();
    this.#freeMessagesUsed.clear();
    this.#charges.clear();
  }

  #decide(message: AcceptedMessage, at: number): { readonly price: Price | undefined; readonly month: string } {
    const { id, account } = message.phoneNumber;
    const month = `${id} ${monthOf(at, account.timeZone).name}`;
    return { month, price: priceOf(message, at, this.#freeMessagesUsed.get(month) ?? 0) };
  }

  #fix(message: AcceptedMessage, at: number): PricedMessage {
    const { price, month } = this.#decide(message, at);
    const isFreeService = price?.type === 'free_customer_service' || price?.type === 'free_group_customer_service';
    const priced = { price, allowance: isFreeService ? month : undefined, isReported: false, isDelivered: false };
    if (isFreeService) this.#freeMessagesUsed.set(month, (this.#freeMessagesUsed.get(month) ?? 0) + 1);
    if (price?.entryPoint) message.phoneNumber.freeEntryPoints.open(message.recipient.waId, price.entryPoint);
    this.#priced.set(message.record, priced);
    return priced;
  }

  #giveBack(record: RecordedMessage): void {
    const priced = this.#priced.get(record);
    if (!priced || priced.isDelivered) return;
    this.#priced.delete(record);
    if (priced.allowance === undefined) return;
    this.#freeMessagesUsed.set(priced.allowance, (this.#freeMessagesUsed.get(priced.allowance) ?? 1) - 1);
  }
}

/** The webhook of a portfolio's messages of a market and category that have another rate from now on. */
function tierChange({ category, market, tier, month, at }: TierChange): Change {
  const info = {
    tier_update_time: secondsOf(at),
    pricing_category: category.toUpperCase(),
    tier,
    effective_month: month,
    region: market,
  };
  return { field: 'account_update', value: { event: 'VOLUME_BASED_PRICING_TIER_UPDATE', volume_tier_info: info } };
}
